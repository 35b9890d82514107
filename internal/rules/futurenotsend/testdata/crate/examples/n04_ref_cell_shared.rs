use std::sync::Mutex;
use std::sync::Arc;

async fn save(total: u32) {
    println!("{total}");
    tokio::task::yield_now().await;
}

async fn bump(total: Arc<Mutex<u32>>) {
    *total.lock().unwrap() += 1;
    let sum = *total.lock().unwrap();
    save(sum).await;
}

#[tokio::main]
async fn main() {
    let total = Arc::new(Mutex::new(0));
    tokio::spawn(bump(total.clone()));
    tokio::spawn(bump(total));
}
