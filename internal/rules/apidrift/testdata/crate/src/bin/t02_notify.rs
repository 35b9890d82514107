//@ era tokio 0.2
//@ rows V044
use std::sync::Arc;
use tokio::sync::Notify;

#[tokio::main]
async fn main() {
    let ready = Arc::new(Notify::new());
    let waiter = ready.clone();
    let task = tokio::spawn(async move { waiter.notified().await });
    ready.notify();
    task.await.unwrap();
}
