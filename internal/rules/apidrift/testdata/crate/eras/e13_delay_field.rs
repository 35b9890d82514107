//@ era tokio 0.2
use std::time::Duration;
use tokio::time::{delay_for, Delay};

struct Idle {
    timer: Delay,
}

impl Idle {
    fn new(limit: Duration) -> Idle {
        Idle { timer: delay_for(limit) }
    }
    async fn wait(self) {
        self.timer.await
    }
}

#[tokio::main]
async fn main() {
    Idle::new(Duration::from_millis(5)).wait().await;
}
