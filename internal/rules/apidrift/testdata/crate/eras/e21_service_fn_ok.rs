//@ era hyper 0.12
use hyper::rt::Future;
use hyper::service::service_fn_ok;
use hyper::{Body, Request, Response, Server};

fn hello(_: Request<Body>) -> Response<Body> {
    Response::new(Body::from("Hello"))
}

fn main() {
    let addr = ([127, 0, 0, 1], 3000).into();
    let server = Server::bind(&addr)
        .serve(|| service_fn_ok(hello))
        .map_err(|e| eprintln!("server error: {}", e));
    hyper::rt::run(server);
}
