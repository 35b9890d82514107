use hyper::{Request, Response};
use std::convert::Infallible;

async fn hello(_req: Request<hyper::body::Incoming>) -> Result<Response<http_body_util::Full<hyper::body::Bytes>>, Infallible> {
    Ok(Response::new(http_body_util::Full::new(hyper::body::Bytes::from("hello"))))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = tokio::net::TcpListener::bind(addr).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        let io = hyper_util::rt::TokioIo::new(stream);
        tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(io, hyper::service::service_fn(hello)));
    }
}
