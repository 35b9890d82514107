//@ era hyper 0.14
//@ rows V100
use hyper::{Body, Response};

fn page() -> Response<Body> {
    Response::new(Body::from("<p>hi</p>"))
}

fn main() {
    println!("{}", page().status());
}
