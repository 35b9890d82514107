//@ era tokio 0.2
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{delay_for, timeout, Elapsed};

async fn limited(work: JoinHandle<u32>) -> Result<u32, Elapsed> {
    match timeout(Duration::from_millis(5), work).await {
        Ok(joined) => Ok(joined.unwrap_or_default()),
        Err(late) => Err(late),
    }
}

#[tokio::main]
async fn main() {
    let slow = tokio::spawn(async {
        delay_for(Duration::from_millis(1)).await;
        9
    });
    println!("{:?}", limited(slow).await);
}
