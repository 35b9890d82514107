//@ edition: 2024
async fn audit(event: &str) -> bool {
    tokio::task::yield_now().await;
    !event.is_empty()
}

pub async fn delete(name: &str) {
    let _ = audit(name).await;
    println!("{name} is gone");
}
