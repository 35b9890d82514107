//@ era tokio 0.2
use std::sync::Arc;
use tokio::sync::{Mutex, Notify};

struct Queue {
    items: Mutex<Vec<u8>>,
    ready: Notify,
}

impl Queue {
    async fn push(&self, b: u8) {
        self.items.lock().await.push(b);
        self.ready.notify();
    }
    async fn pop(&self) -> u8 {
        loop {
            if let Some(b) = self.items.lock().await.pop() {
                return b;
            }
            self.ready.notified().await;
        }
    }
}

#[tokio::main(basic_scheduler)]
async fn main() {
    let q = Arc::new(Queue { items: Mutex::new(vec![]), ready: Notify::new() });
    q.push(1).await;
    println!("{}", q.pop().await);
}
