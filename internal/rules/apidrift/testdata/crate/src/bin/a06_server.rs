//@ era axum 0.6
//@ rows V109
use axum::{routing::get, Router};
use std::net::SocketAddr;

#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(|| async { "hi" }));
    let addr = SocketAddr::from(([127, 0, 0, 1], 0));
    axum::Server::bind(&addr).serve(app.into_make_service()).await.unwrap();
}
