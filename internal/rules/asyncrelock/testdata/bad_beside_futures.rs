//@ edition: 2024
//! With the futures crate among the dependencies rustc prints core's Future as `futures::Future`.

use futures::FutureExt as _;
use tokio::sync::Mutex;

pub struct Session {
    state: Mutex<u32>,
}

impl Session {
    async fn count(&self) -> u32 {
        *self.state.lock().await
    }

    pub async fn add(&self) -> u32 {
        let mut state = self.state.lock().await;
        *state += 1;
        self.count().await //~ async-relock: waits for itself
    }

    pub async fn ready(&self) -> Option<u32> {
        self.count().now_or_never()
    }
}
