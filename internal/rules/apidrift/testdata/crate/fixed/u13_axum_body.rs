use axum::response::Response;

fn wrap(text: String) -> Response<axum::body::Body> {
    Response::new(axum::body::Body::new(text))
}

fn main() {
    println!("{}", wrap("hello".into()).status());
}
