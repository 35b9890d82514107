//@ era axum 0.7
//@ rows V113
use async_trait::async_trait;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;

struct Locale(String);

#[async_trait]
impl<S: Send + Sync> FromRequestParts<S> for Locale {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Locale(parts.uri.path().to_string()))
    }
}

fn main() {
    println!("{}", Locale("en".into()).0);
}
