//@ era tokio 0.1
//@ rows V003
use std::time::{Duration, Instant};
use tokio::timer::Delay;

#[tokio::main]
async fn main() {
    let when = Instant::now() + Duration::from_millis(30);
    Delay::new(when.into()).await;
    println!("done");
}
