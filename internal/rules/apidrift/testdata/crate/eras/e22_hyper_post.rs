//@ era hyper 0.14 hyper 0.13
use hyper::{Body, Client, Method, Request};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let client = Client::new();
    let req = Request::builder()
        .method(Method::POST)
        .uri("http://127.0.0.1:3000/items")
        .header("content-type", "application/json")
        .body(Body::from(r#"{"name":"pen"}"#))?;
    let resp = client.request(req).await?;
    println!("{}", resp.status());
    Ok(())
}
