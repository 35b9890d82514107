//@ edition: 2024
use std::time::Duration;

async fn retry() {
    tokio::time::sleep(Duration::from_millis(100)).await; //~ missing-driver: `tokio::time::sleep` panics
}

pub fn run() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(retry());
    Ok(())
}
