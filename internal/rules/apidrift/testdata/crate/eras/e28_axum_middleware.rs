//@ era axum 0.6 axum 0.5
use axum::{
    http::{Request, StatusCode},
    middleware::{self, Next},
    response::Response,
    routing::get,
    Router,
};

async fn guard<B>(req: Request<B>, next: Next<B>) -> Result<Response, StatusCode> {
    if req.headers().contains_key("authorization") {
        Ok(next.run(req).await)
    } else {
        Err(StatusCode::UNAUTHORIZED)
    }
}

fn main() {
    let _: Router = Router::new().route("/", get(|| async { "in" })).layer(middleware::from_fn(guard));
}
