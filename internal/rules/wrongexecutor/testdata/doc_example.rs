//@ edition: 2024
use std::time::Duration;

async fn retry() {
    tokio::time::sleep(Duration::from_millis(100)).await; //~ wrong-executor: `tokio::time::sleep` panics
}

pub fn main() {
    futures::executor::block_on(retry());
}
