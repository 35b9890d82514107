use axum::{Router, routing::get};
use std::rc::Rc;

#[axum::debug_handler]
async fn page() -> String {
    let name = Rc::new("abc".to_string());
    tokio::task::yield_now().await;
    name.to_string()
}

fn main() {
    let _app: Router = Router::new().route("/", get(page));
}
