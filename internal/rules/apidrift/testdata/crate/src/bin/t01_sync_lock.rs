//@ era tokio 0.1
//@ rows V017
use std::sync::Arc;
use tokio::sync::Lock;

#[tokio::main]
async fn main() {
    let counter = Arc::new(Lock::new(0));
    *counter.lock().await += 1;
    println!("{}", *counter.lock().await);
}
