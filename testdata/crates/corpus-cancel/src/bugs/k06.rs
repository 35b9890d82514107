//! neon #12345: callers put their jobs into a queue; the first of them takes all jobs and runs them as one batch for everybody. Cancelled
//! in the middle of the batch, it takes the jobs of the others along.

use std::collections::HashMap;
use std::mem;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

pub type Jobs = Vec<(u64, String)>;

/// Runs all jobs at once.
pub async fn run(batch: &mpsc::Sender<Jobs>, jobs: &Jobs) -> HashMap<u64, usize> {
    let _ = batch.send(jobs.clone()).await;
    jobs.iter().map(|(id, text)| (*id, text.len())).collect()
}

pub mod buggy {
    use super::*;

    #[derive(Default)]
    pub struct Queue {
        pub waiting: Mutex<Jobs>,
        pub answers: Mutex<HashMap<u64, usize>>,
        pub answered: Notify,
    }

    impl Queue {
        pub async fn call(&self, id: u64, text: String, batch: &mpsc::Sender<Jobs>) -> usize {
            self.waiting.lock().unwrap().push((id, text));
            loop {
                let answered = self.answered.notified();
                if let Some(answer) = self.answers.lock().unwrap().remove(&id) {
                    return answer;
                }
                let jobs = mem::take(&mut *self.waiting.lock().unwrap());
                if jobs.is_empty() {
                    answered.await;
                    continue;
                }
                let answers = run(batch, &jobs).await; //~ cancel-torn-state
                self.answers.lock().unwrap().extend(answers);
                self.answered.notify_waiters();
            }
        }
    }

    pub async fn request(queue: &Queue, id: u64, batch: &mpsc::Sender<Jobs>) -> Option<usize> {
        timeout(Duration::from_secs(1), queue.call(id, "job".into(), batch)).await.ok()
    }
}

pub mod fixed {
    use super::*;
    use std::sync::Arc;

    #[derive(Default)]
    pub struct Queue {
        pub waiting: Mutex<Jobs>,
        pub answers: Mutex<HashMap<u64, usize>>,
        pub answered: Notify,
    }

    impl Queue {
        pub async fn call(self: Arc<Self>, id: u64, text: String, batch: mpsc::Sender<Jobs>) -> usize {
            self.waiting.lock().unwrap().push((id, text));
            loop {
                let answered = self.answered.notified();
                if let Some(answer) = self.answers.lock().unwrap().remove(&id) {
                    return answer;
                }
                let jobs = mem::take(&mut *self.waiting.lock().unwrap());
                if !jobs.is_empty() {
                    let (queue, batch) = (self.clone(), batch.clone());
                    tokio::spawn(async move {
                        let answers = run(&batch, &jobs).await;
                        queue.answers.lock().unwrap().extend(answers);
                        queue.answered.notify_waiters();
                    });
                }
                answered.await;
            }
        }
    }

    pub async fn request(queue: Arc<Queue>, id: u64, batch: mpsc::Sender<Jobs>) -> Option<usize> {
        timeout(Duration::from_secs(1), queue.call(id, "job".into(), batch)).await.ok()
    }
}
