//! F13: a request that is parked in the hand-over to the executor keeps the gate open that a shutdown waits for, while the
//! executor writes to a client that reads slowly.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

const PLACES: u32 = 64;

/// A gate that closes when everyone who entered has left.
#[derive(Clone)]
pub struct Gate(Arc<Semaphore>);

impl Default for Gate {
    fn default() -> Self {
        Gate(Arc::new(Semaphore::new(PLACES as usize)))
    }
}

impl Gate {
    pub fn enter(&self) -> Option<OwnedSemaphorePermit> {
        self.0.clone().try_acquire_owned().ok()
    }

    pub async fn close(&self) {
        if let Ok(all) = self.0.acquire_many(PLACES).await {
            all.forget();
        }
    }
}

/// Waits until the server is told to stop.
pub async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

pub mod buggy {
    use super::{Gate, told};
    use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};

    struct Batch {
        page: u32,
        _gate: OwnedSemaphorePermit,
    }

    /// Reads requests and answers them, in two tasks, until it is told to stop.
    pub async fn serve(
        gate: Gate,
        mut requests: mpsc::Receiver<u32>,
        client: mpsc::Sender<u32>,
        mut stop: watch::Receiver<bool>,
    ) {
        let (batches, mut to_do) = mpsc::channel::<Batch>(1);
        let executor = tokio::spawn(async move {
            while let Some(batch) = to_do.recv().await {
                if client.send(batch.page).await.is_err() {
                    return;
                }
            }
        });
        loop {
            tokio::select! {
                request = requests.recv() => {
                    let (Some(page), Some(_gate)) = (request, gate.enter()) else { break };
                    if batches.send(Batch { page, _gate }).await.is_err() {
                        break;
                    }
                }
                () = told(&mut stop) => break,
            }
        }
        drop(batches);
        let _ = executor.await;
    }
}

pub mod fixed {
    use super::{Gate, told};
    use tokio::sync::{mpsc, watch};

    /// Reads requests and answers them, in two tasks, until it is told to stop.
    pub async fn serve(
        gate: Gate,
        mut requests: mpsc::Receiver<u32>,
        client: mpsc::Sender<u32>,
        mut stop: watch::Receiver<bool>,
    ) {
        let (batches, mut to_do) = mpsc::channel::<u32>(1);
        let mut stopped = stop.clone();
        let executor = tokio::spawn(async move {
            while let Some(page) = to_do.recv().await {
                let Some(_gate) = gate.enter() else { return };
                tokio::select! {
                    sent = client.send(page) => if sent.is_err() {
                        return;
                    },
                    () = told(&mut stopped) => return,
                }
            }
        });
        loop {
            tokio::select! {
                request = requests.recv() => {
                    let Some(page) = request else { break };
                    if batches.send(page).await.is_err() {
                        break;
                    }
                }
                () = told(&mut stop) => break,
            }
        }
        drop(batches);
        let _ = executor.await;
    }
}
