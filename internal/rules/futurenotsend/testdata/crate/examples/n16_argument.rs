use std::sync::{Arc, Mutex};

async fn save(total: u32) {
    println!("{total}");
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    let total = Arc::new(Mutex::new(0));
    tokio::spawn(async move {
        let sum = *total.lock().unwrap();
        save(sum).await;
    });
}
