//@ era tonic 0.6
use tonic::metadata::MetadataValue;
use tonic::{Request, Status};

fn auth(mut req: Request<()>) -> Result<Request<()>, Status> {
    let token = MetadataValue::from_str("Bearer secret").map_err(|_| Status::internal("token"))?;
    req.metadata_mut().insert("authorization", token);
    Ok(req)
}

fn main() {
    println!("{}", auth(Request::new(())).is_ok());
}
