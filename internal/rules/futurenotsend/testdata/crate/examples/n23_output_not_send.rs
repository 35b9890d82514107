use std::sync::Arc;

async fn build() -> Arc<String> {
    tokio::task::yield_now().await;
    Arc::new("done".to_string())
}

#[tokio::main]
async fn main() {
    let done = tokio::spawn(async { build().await });
    println!("{}", done.await.unwrap());
}
