//@ era reqwest 0.12 reqwest 0.11
use std::collections::HashMap;

#[tokio::main]
async fn main() -> Result<(), reqwest::Error> {
    let mut params = HashMap::new();
    params.insert("user", "ann");
    let client = reqwest::Client::new();
    let resp = client.post("http://127.0.0.1/login").form(&params).send().await?;
    println!("{}", resp.status());
    Ok(())
}
