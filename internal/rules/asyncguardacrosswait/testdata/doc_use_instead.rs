use std::sync::Arc;
use tokio::sync::{Mutex, mpsc};

pub struct Shared {
    state: Mutex<u32>,
    jobs: mpsc::Sender<u32>,
}

pub fn start() -> Arc<Shared> {
    let (jobs, mut todo) = mpsc::channel(1);
    let shared = Arc::new(Shared { state: Mutex::new(0), jobs });
    let this = shared.clone();
    tokio::spawn(async move {
        while let Some(n) = todo.recv().await {
            *this.state.lock().await += n;
        }
    });
    shared
}

pub async fn submit(shared: &Shared) {
    let n = {
        let mut state = shared.state.lock().await;
        *state += 1;
        *state
    };
    let _ = shared.jobs.send(n).await;
}
