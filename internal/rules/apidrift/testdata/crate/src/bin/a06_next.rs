//@ era axum 0.6
//@ rows V110
use axum::http::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::{routing::get, Router};

async fn log<B>(req: Request<B>, next: Next<B>) -> Response {
    println!("{}", req.uri());
    next.run(req).await
}

fn main() {
    let _app: Router = Router::new().route("/", get(|| async { "hi" })).layer(middleware::from_fn(log));
}
