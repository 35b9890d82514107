//@ era hyper 0.14
//@ rows V098
use hyper::Client;

#[tokio::main]
async fn main() {
    let client = Client::new();
    let res = client.get("http://127.0.0.1:1/".parse().unwrap()).await;
    println!("{}", res.is_err());
}
