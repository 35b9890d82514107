use std::sync::{Arc, Mutex};

async fn report(text: String) {
    println!("{text}");
    tokio::task::yield_now().await;
}

async fn bump(total: Arc<Mutex<u32>>) {
    match total.lock() {
        Ok(mut sum) => *sum += 1,
        Err(poisoned) => report(poisoned.to_string()).await,
    }
}

#[tokio::main]
async fn main() {
    tokio::spawn(bump(Arc::default()));
}
