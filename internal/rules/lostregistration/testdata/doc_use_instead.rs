use std::sync::Arc;
use tokio::sync::Mutex;

pub async fn total(of: Arc<Mutex<u64>>) -> u64 {
    *of.lock().await
}
