use std::pin::Pin;
use std::sync::{Arc, Mutex};

fn bump(total: Arc<Mutex<u32>>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let mut sum = total.lock().unwrap();
        tokio::task::yield_now().await;
        *sum += 1;
    })
}

#[tokio::main]
async fn main() {
    bump(Arc::default()).await;
}
