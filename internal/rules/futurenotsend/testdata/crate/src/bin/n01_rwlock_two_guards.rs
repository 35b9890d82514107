use std::collections::HashMap;
use std::sync::{Arc, RwLock};

async fn publish(name: &str) {
    println!("{name}");
    tokio::task::yield_now().await;
}

async fn rename(users: Arc<RwLock<HashMap<u64, String>>>, audit: Arc<RwLock<Vec<u64>>>) {
    let names = users.read().unwrap();
    let mut log = audit.write().unwrap();
    for (id, name) in names.iter() {
        publish(name).await;
        log.push(*id);
    }
}

#[tokio::main]
async fn main() {
    let users = Arc::new(RwLock::new(HashMap::new()));
    let audit = Arc::new(RwLock::new(Vec::new()));
    tokio::spawn(rename(users, audit)).await.unwrap();
}
