//@ era tonic 0.12 tonic 0.11
use tonic::body::BoxBody;

async fn forward(req: http::Request<BoxBody>) -> http::Response<BoxBody> {
    let (_, body) = req.into_parts();
    http::Response::new(body)
}

fn main() {
    let _ = forward;
}
