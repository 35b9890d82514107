//@ era reqwest 0.9
use reqwest::{Client, RedirectPolicy};

#[tokio::main]
async fn main() -> Result<(), reqwest::Error> {
    let client = Client::builder().redirect(RedirectPolicy::none()).build()?;
    let resp = client.get("http://127.0.0.1/").send().await?;
    println!("{}", resp.status());
    Ok(())
}
