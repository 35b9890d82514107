use std::sync::{Arc, Mutex};

async fn notify(name: &str) {
    println!("{name}");
    tokio::task::yield_now().await;
}

async fn all(names: Arc<Mutex<Vec<String>>>) {
    let items: Vec<_> = names.lock().unwrap().iter().cloned().collect();
    for name in items {
        notify(&name).await;
    }
}

#[tokio::main]
async fn main() {
    tokio::spawn(all(Arc::default()));
}
