//@ era axum 0.4
use axum::{extract::Extension, routing::get, AddExtensionLayer, Router};

#[derive(Clone)]
struct Db;

async fn ping(Extension(_db): Extension<Db>) -> &'static str {
    "pong"
}

fn main() {
    let _app: Router = Router::new().route("/ping", get(ping)).layer(AddExtensionLayer::new(Db));
}
