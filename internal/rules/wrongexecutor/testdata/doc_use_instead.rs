//@ edition: 2024
use std::time::Duration;

async fn retry() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::main]
pub async fn main() {
    retry().await;
}
