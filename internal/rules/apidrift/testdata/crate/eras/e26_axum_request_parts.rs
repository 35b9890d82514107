//@ era axum 0.5
use axum::extract::{FromRequest, RequestParts};
use axum::http::StatusCode;

struct Token(String);

#[axum::async_trait]
impl<B> FromRequest<B> for Token
where
    B: Send,
{
    type Rejection = StatusCode;
    async fn from_request(req: &mut RequestParts<B>) -> Result<Self, Self::Rejection> {
        let value = req.headers().get("x-token").ok_or(StatusCode::UNAUTHORIZED)?;
        Ok(Token(value.to_str().map_err(|_| StatusCode::BAD_REQUEST)?.to_string()))
    }
}

async fn show(t: Token) -> String {
    t.0
}

fn main() {
    let _: axum::Router = axum::Router::new().route("/", axum::routing::get(show));
}
