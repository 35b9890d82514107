//@ era tokio 0.1
//@ rows V004
use std::time::Duration;
use tokio::timer::Interval;

#[tokio::main]
async fn main() {
    let mut every = Interval::new_interval(Duration::from_millis(10));
    every.tick().await;
    println!("tick");
}
