use rand::Rng;
use std::time::Duration;

async fn jitter() {
    tokio::time::sleep(Duration::from_millis(rand::rng().random_range(1..7))).await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(jitter());
}
