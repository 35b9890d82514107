//@ era tokio 0.2
//@ rows V018 V019
use std::time::Duration;
use tokio::time;

async fn backoff(attempt: u32) {
    time::delay_for(Duration::from_millis(50 * u64::from(attempt))).await;
}

#[tokio::main]
async fn main() {
    backoff(2).await;
    let deadline = time::Instant::now() + Duration::from_secs(1);
    time::delay_until(deadline).await;
}
