//@ era tokio 0.2
//@ rows V020 V018
use std::pin::Pin;
use std::time::Duration;
use tokio::time::{self, Delay};

struct Lease {
    expires: Pin<Box<Delay>>,
}

#[tokio::main]
async fn main() {
    let lease = Lease { expires: Box::pin(time::delay_for(Duration::from_millis(5))) };
    lease.expires.await;
}
