use std::sync::{Arc, Mutex};

async fn save() {
    tokio::task::yield_now().await;
}

async fn bump(total: Arc<Mutex<u32>>) {
    let mut sum = total.lock().unwrap();
    *sum += 1;
    drop(sum);
    save().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(bump(Arc::default()));
}
