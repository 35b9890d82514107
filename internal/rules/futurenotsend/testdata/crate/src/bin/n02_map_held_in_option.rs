use parking_lot::{Mutex, MutexGuard};
use std::sync::Arc;

async fn write(_n: usize) {
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    let rows: Arc<Mutex<Vec<u32>>> = Arc::default();
    tokio::spawn(async move {
        let held: Option<MutexGuard<'_, Vec<u32>>> = rows.try_lock();
        if let Some(rows) = &held {
            write(rows.len()).await;
        }
    });
}
