//@ era tokio 0.1
use std::time::{Duration, Instant};
use tokio::timer::Interval;

#[tokio::main]
async fn main() {
    let mut ticks = Interval::new(Instant::now(), Duration::from_millis(10));
    for n in 0..3 {
        ticks.tick().await;
        println!("tick {}", n);
    }
}
