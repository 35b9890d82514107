//@ era tokio 0.2
//@ rows V006
use std::time::Duration;
use tokio::time::DelayQueue;

#[tokio::main]
async fn main() {
    let mut queue = DelayQueue::new();
    queue.insert("first", Duration::from_millis(5));
    println!("{}", queue.len());
}
