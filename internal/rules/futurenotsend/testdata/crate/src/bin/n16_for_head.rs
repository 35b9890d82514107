use std::sync::{Arc, Mutex};

async fn notify(name: &str) {
    println!("{name}");
    tokio::task::yield_now().await;
}

async fn all(names: Arc<Mutex<Vec<String>>>) {
    for name in names.lock().unwrap().iter() {
        notify(name).await;
    }
}

#[tokio::main]
async fn main() {
    tokio::spawn(all(Arc::default()));
}
