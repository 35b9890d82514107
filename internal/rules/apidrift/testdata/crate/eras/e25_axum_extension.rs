//@ era axum 0.5
use axum::extract::Extension;
use axum::{routing::get, Router};
use std::sync::Arc;

struct State {
    name: &'static str,
}

async fn whoami(Extension(state): Extension<Arc<State>>) -> String {
    state.name.to_string()
}

#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(whoami)).layer(Extension(Arc::new(State { name: "box" })));
    axum::Server::bind(&"0.0.0.0:3000".parse().unwrap())
        .serve(app.into_make_service())
        .await
        .unwrap();
}
