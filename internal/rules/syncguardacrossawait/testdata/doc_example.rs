//@ edition: 2024
use std::sync::Mutex;

async fn send(line: String) {
    tokio::task::yield_now().await;
    println!("{line}");
}

pub async fn drain(queue: &Mutex<Vec<String>>) {
    while let Some(line) = queue.lock().unwrap().pop() {
        send(line).await; //~ sync-guard-across-await: a std mutex guard in a temporary is held while this await is pending
    }
}
