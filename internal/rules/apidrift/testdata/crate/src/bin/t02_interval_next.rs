//@ era tokio 0.2
//@ rows V023
use futures::StreamExt;
use std::time::Duration;

#[tokio::main]
async fn main() {
    let mut ticker = tokio::time::interval(Duration::from_millis(10));
    for _ in 0..3 {
        ticker.next().await;
        println!("tick");
    }
}
