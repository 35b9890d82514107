use rand::Rng;
use std::time::Duration;

async fn jitter() {
    let wait = Duration::from_millis(rand::rng().random_range(1..7));
    tokio::time::sleep(wait).await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(jitter());
}
