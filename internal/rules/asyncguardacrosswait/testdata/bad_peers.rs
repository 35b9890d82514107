use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, oneshot};

pub struct Shared {
    state: Mutex<u32>,
    jobs: mpsc::Sender<u32>,
    asks: mpsc::Sender<oneshot::Sender<u32>>,
}

pub fn start() -> Arc<Shared> {
    let (jobs, mut todo) = mpsc::channel(1);
    let (asks, mut asked) = mpsc::channel::<oneshot::Sender<u32>>(1);
    let shared = Arc::new(Shared { state: Mutex::new(0), jobs, asks });
    let this = shared.clone();
    tokio::spawn(async move {
        while let Some(n) = todo.recv().await {
            *this.state.lock().await += n;
        }
    });
    let this = shared.clone();
    tokio::spawn(async move {
        while let Some(reply) = asked.recv().await {
            let _ = reply.send(*this.state.lock().await);
        }
    });
    shared
}

impl Shared {
    pub async fn submit(&self) {
        let mut state = self.state.lock().await;
        *state += 1;
        let _ = self.jobs.send(*state).await; //~ async-guard-across-wait: waits for a place in a channel while it holds `self.state`
    }

    pub async fn ask(&self) -> u32 {
        let state = self.state.lock().await;
        let (reply, answer) = oneshot::channel();
        let _ = self.asks.try_send(reply);
        answer.await.unwrap_or(*state) //~ async-guard-across-wait: waits for the answer to a message
    }
}
