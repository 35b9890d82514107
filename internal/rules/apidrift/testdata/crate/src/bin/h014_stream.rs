//@ era hyper 0.14
//@ rows V106
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{body::Incoming, Request, Response};
use tokio::net::TcpStream;

async fn serve(stream: TcpStream) {
    let service = service_fn(|_r: Request<Incoming>| async { Ok::<_, hyper::Error>(Response::new(String::new())) });
    http1::Builder::new().serve_connection(stream, service).await.unwrap();
}

fn main() {
    let _ = serve;
}
