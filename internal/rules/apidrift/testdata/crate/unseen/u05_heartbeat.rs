//@ era tokio 0.1
use std::time::{Duration, Instant};
use tokio::timer::{Delay, Interval};

async fn heartbeat(every: Duration) {
    let mut ticks = Interval::new(Instant::now().into(), every);
    for _ in 0..2 {
        ticks.tick().await;
        println!("alive");
    }
    Delay::new((Instant::now() + every).into()).await;
}

#[tokio::main]
async fn main() {
    heartbeat(Duration::from_millis(5)).await;
}
