//@ era axum 0.5
use axum::extract::ContentLengthLimit;
use axum::body::Bytes;
use axum::{routing::post, Router};

async fn upload(ContentLengthLimit(body): ContentLengthLimit<Bytes, 1024>) -> String {
    format!("{} bytes", body.len())
}

fn main() {
    let _: Router = Router::new().route("/", post(upload));
}
