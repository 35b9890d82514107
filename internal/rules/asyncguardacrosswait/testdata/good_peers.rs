use std::sync::Arc;
use tokio::sync::{Mutex, mpsc};

pub struct Shared {
    state: Mutex<u32>,
    other: Mutex<u32>,
    jobs: mpsc::Sender<u32>,
}

pub fn start() -> Arc<Shared> {
    let (jobs, mut todo) = mpsc::channel(1);
    let shared = Arc::new(Shared { state: Mutex::new(0), other: Mutex::new(0), jobs });
    let this = shared.clone();
    tokio::spawn(async move {
        while let Some(n) = todo.recv().await {
            *this.state.lock().await += n;
        }
    });
    shared
}

impl Shared {
    pub async fn released_first(&self) {
        let n = *self.state.lock().await;
        let _ = self.jobs.send(n).await;
    }

    pub async fn another_lock(&self) {
        let other = self.other.lock().await;
        let _ = self.jobs.send(*other).await;
    }

    pub async fn gives_up_when_full(&self) {
        let state = self.state.lock().await;
        let _ = self.jobs.try_send(*state);
    }
}
