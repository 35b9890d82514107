//@ edition: 2024
async fn audit(event: &str) -> bool {
    tokio::task::yield_now().await;
    !event.is_empty()
}

pub async fn delete(name: &str) {
    let _ = audit(name); //~ dropped-future: the future of `audit` is dropped without having been polled
    println!("{name} is gone");
}
