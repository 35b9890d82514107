//@ era tokio 0.2 tokio 0.3
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

struct Slot {
    _permit: OwnedSemaphorePermit,
}

async fn enter(s: Arc<Semaphore>) -> Slot {
    Slot { _permit: s.acquire_owned().await }
}

#[tokio::main]
async fn main() {
    let s = Arc::new(Semaphore::new(2));
    let _slot = enter(s).await;
}
