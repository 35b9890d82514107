//@ era tokio 0.2
//@ rows V018
use std::time::Duration;
use tokio::time::delay_for;

#[tokio::main]
async fn main() {
    println!("warming up");
    delay_for(Duration::from_millis(200)).await;
    for step in 0..3 {
        delay_for(Duration::from_millis(20 * step)).await;
        println!("step {step}");
    }
}
