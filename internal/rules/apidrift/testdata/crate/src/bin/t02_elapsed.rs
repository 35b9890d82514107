//@ era tokio 0.2
//@ rows V022
use std::time::Duration;
use tokio::time::{timeout, Elapsed};

async fn limited() -> Result<u32, Elapsed> {
    timeout(Duration::from_millis(10), async { 7 }).await
}

#[tokio::main]
async fn main() {
    println!("{:?}", limited().await);
}
