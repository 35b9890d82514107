//@ edition: 2024
async fn lookup(id: u64) -> Option<String> {
    tokio::task::yield_now().await;
    (id == 1).then(|| "one".to_owned())
}

async fn name_of(id: u64) -> String {
    lookup(id).await.unwrap_or_default()
}

pub async fn greet(id: u64) -> String {
    let name = name_of(id).await;
    format!("hello {name}")
}
