//@ era hyper 0.14
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::{Body, Method, Request, Response, StatusCode};

async fn echo(req: Request<Incoming>) -> Result<Response<Body>, hyper::Error> {
    match (req.method(), req.uri().path()) {
        (&Method::POST, "/echo") => {
            let all = req.into_body().collect().await?.to_bytes();
            Ok(Response::new(Body::from(all)))
        }
        _ => {
            let mut gone = Response::new(Body::from("not here"));
            *gone.status_mut() = StatusCode::NOT_FOUND;
            Ok(gone)
        }
    }
}

fn main() {
    let _ = echo;
}
