//@ edition: 2024
use std::time::Duration;

async fn retry() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

pub fn run() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(retry());
    Ok(())
}
