//@ era tokio 0.2
use std::time::Duration;
use tokio::time::delay_for;

async fn slow() -> u8 {
    delay_for(Duration::from_secs(2)).await;
    7
}

#[tokio::main(threaded_scheduler)]
async fn main() {
    tokio::select! {
        v = slow() => println!("value {}", v),
        _ = delay_for(Duration::from_millis(100)) => println!("gave up"),
    }
}
