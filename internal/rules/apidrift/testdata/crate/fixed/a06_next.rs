use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::{routing::get, Router};

async fn log(req: Request, next: Next) -> Response {
    println!("{}", req.uri());
    next.run(req).await
}

fn main() {
    let _app: Router = Router::new().route("/", get(|| async { "hi" })).layer(middleware::from_fn(log));
}
