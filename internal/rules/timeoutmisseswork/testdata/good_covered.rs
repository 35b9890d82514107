use std::time::Duration;
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;

async fn length(n: &Mutex<u64>) -> Duration {
    Duration::from_secs(*n.lock().await)
}

pub async fn length_of_the_limit(n: &Mutex<u64>, mut rx: mpsc::Receiver<u32>) -> Option<u32> {
    timeout(length(n).await, rx.recv()).await.ok()?
}

pub async fn inside(n: &Mutex<u64>) -> Option<u64> {
    timeout(Duration::from_secs(1), async { *n.lock().await }).await.ok()
}

pub async fn before(n: &Mutex<u64>, mut rx: mpsc::Receiver<u32>) -> Option<u32> {
    let guard = n.lock().await;
    drop(guard);
    timeout(Duration::from_secs(1), rx.recv()).await.ok()?
}

pub async fn ready() -> Option<u32> {
    timeout(Duration::from_secs(1), async { 1 }).await.ok()
}
