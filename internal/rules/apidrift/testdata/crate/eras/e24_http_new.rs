//@ era hyper 0.14
use hyper::server::conn::Http;
use hyper::service::service_fn;
use hyper::{Body, Request, Response};
use std::convert::Infallible;
use tokio::net::TcpListener;

async fn answer(_req: Request<Body>) -> Result<Response<Body>, Infallible> {
    Ok(Response::new(Body::empty()))
}

#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:4000").await.unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::task::spawn(async move {
            if let Err(e) = Http::new().serve_connection(stream, service_fn(answer)).await {
                eprintln!("{}", e);
            }
        });
    }
}
