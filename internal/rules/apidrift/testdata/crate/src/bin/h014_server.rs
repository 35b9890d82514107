//@ era hyper 0.14
//@ rows V097 V099 V103
use hyper::service::{make_service_fn, service_fn};
use hyper::{Body, Request, Response, Server};
use std::convert::Infallible;

async fn hello(_req: Request<Body>) -> Result<Response<Body>, Infallible> {
    Ok(Response::new(Body::from("hello")))
}

#[tokio::main]
async fn main() {
    let addr = ([127, 0, 0, 1], 0).into();
    let service = make_service_fn(|_conn| async { Ok::<_, Infallible>(service_fn(hello)) });
    if let Err(e) = Server::bind(&addr).serve(service).await {
        eprintln!("{e}");
    }
}
