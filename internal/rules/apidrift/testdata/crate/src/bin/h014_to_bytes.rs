//@ era hyper 0.14
//@ rows V101
use hyper::body::Incoming;
use hyper::Request;

async fn size(req: Request<Incoming>) -> Result<usize, hyper::Error> {
    let whole = hyper::body::to_bytes(req.into_body()).await?;
    Ok(whole.len())
}

fn main() {
    let _ = size;
}
