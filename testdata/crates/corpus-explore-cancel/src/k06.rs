//! K06: the leader of a batch takes all queued jobs and sends them off. Cancelled meanwhile, the others never get an answer.

/// Sends a batch to the other side, and waits for what it makes of it.
pub async fn send(batch: Vec<u32>) -> Vec<u32> {
    let (reply, replied) = tokio::sync::oneshot::channel();
    tokio::spawn(async move { reply.send(batch.iter().map(|job| job * 10).collect()) });
    replied.await.expect("the other side answers")
}

pub mod buggy {
    use super::send;
    use std::sync::Mutex as StdMutex;
    use tokio::sync::{Mutex, oneshot};

    #[derive(Default)]
    pub struct BatchQueue {
        queued: StdMutex<Vec<(u32, oneshot::Sender<u32>)>>,
        leader: Mutex<()>,
    }

    impl BatchQueue {
        pub async fn call(&self, job: u32) -> u32 {
            let (answer, mut answered) = oneshot::channel();
            self.queued.lock().unwrap().push((job, answer));
            loop {
                let _leading = tokio::select! {
                    biased;
                    done = &mut answered => return done.expect("every job is answered"),
                    leading = self.leader.lock() => leading,
                };
                let batch = std::mem::take(&mut *self.queued.lock().unwrap());
                if batch.is_empty() {
                    continue;
                }
                let results = send(batch.iter().map(|(job, _)| *job).collect()).await;
                for ((_, answer), result) in batch.into_iter().zip(results) {
                    let _ = answer.send(result);
                }
            }
        }
    }
}

pub mod fixed {
    use super::send;
    use std::sync::{Arc, Mutex as StdMutex};
    use tokio::sync::{Mutex, oneshot};

    #[derive(Clone, Default)]
    pub struct BatchQueue {
        queued: Arc<StdMutex<Vec<(u32, oneshot::Sender<u32>)>>>,
        leader: Arc<Mutex<()>>,
    }

    impl BatchQueue {
        pub async fn call(&self, job: u32) -> u32 {
            let (answer, answered) = oneshot::channel();
            self.queued.lock().unwrap().push((job, answer));
            // Whoever gives up takes only its own waiting along, not the batch.
            tokio::spawn(self.clone().lead());
            answered.await.expect("every job is answered")
        }

        async fn lead(self) {
            let _leading = self.leader.lock().await;
            let batch = std::mem::take(&mut *self.queued.lock().unwrap());
            if batch.is_empty() {
                return;
            }
            let results = send(batch.iter().map(|(job, _)| *job).collect()).await;
            for ((_, answer), result) in batch.into_iter().zip(results) {
                let _ = answer.send(result);
            }
        }
    }
}
