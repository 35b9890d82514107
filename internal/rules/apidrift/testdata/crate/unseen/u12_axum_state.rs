//@ era axum 0.6
use axum::{extract::State, routing::get, Router};
use std::sync::Arc;

struct App {
    name: &'static str,
}

async fn root(State(app): State<Arc<App>>) -> &'static str {
    app.name
}

#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(root)).with_state(Arc::new(App { name: "x" }));
    axum::Server::bind(&"127.0.0.1:0".parse().unwrap())
        .serve(app.into_make_service())
        .await
        .unwrap();
}
