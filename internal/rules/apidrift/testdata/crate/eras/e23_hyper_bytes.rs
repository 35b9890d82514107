//@ era hyper 0.14 hyper 0.13
use hyper::body::{self, Buf};
use hyper::{Body, Response};

async fn length(resp: Response<Body>) -> hyper::Result<usize> {
    let whole = body::aggregate(resp.into_body()).await?;
    Ok(whole.remaining())
}

fn main() {
    let _ = length;
}
