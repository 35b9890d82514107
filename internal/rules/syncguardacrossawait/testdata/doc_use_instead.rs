//@ edition: 2024
use std::sync::Mutex;

async fn send(line: String) {
    tokio::task::yield_now().await;
    println!("{line}");
}

pub async fn drain(queue: &Mutex<Vec<String>>) {
    loop {
        let next = queue.lock().unwrap().pop();
        let Some(line) = next else { break };
        send(line).await;
    }
}
