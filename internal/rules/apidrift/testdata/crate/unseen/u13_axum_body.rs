//@ era axum 0.6
use axum::body::{boxed, BoxBody};
use axum::response::Response;

fn wrap(text: String) -> Response<BoxBody> {
    Response::new(boxed(text))
}

fn main() {
    println!("{}", wrap("hello".into()).status());
}
