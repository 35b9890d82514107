use std::sync::{Arc, Mutex};
use tokio::task::JoinSet;

async fn work(seen: Arc<Mutex<Vec<u32>>>, n: u32) {
    tokio::task::yield_now().await;
    seen.lock().unwrap().push(n);
}

#[tokio::main]
async fn main() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for n in 0..3 {
        tasks.spawn(work(seen.clone(), n));
    }
    tasks.join_all().await;
}
