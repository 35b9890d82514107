//! F09: a step of the connection is a future that is kept over the turns of a `select!`, and holds the lock of the sender
//! while it waits. A request made in another arm's body wants the same lock.

use tokio::sync::mpsc;

/// The wire: what was sent, and how many answers are in.
pub struct Sender {
    pub sent: Vec<u32>,
    answers: mpsc::Receiver<u32>,
}

impl Sender {
    pub fn new(answers: mpsc::Receiver<u32>) -> Self {
        Sender { sent: Vec::new(), answers }
    }

    /// Waits for something to happen on the wire.
    pub async fn step(&mut self) -> Option<u32> {
        self.answers.recv().await
    }

    pub fn enqueue(&mut self, request: u32) {
        self.sent.push(request);
    }
}

pub mod buggy {
    use super::Sender;
    use std::sync::Arc;
    use tokio::sync::{Mutex, mpsc};

    /// Handles requests and answers until the other side hangs up.
    pub async fn run(sender: Arc<Mutex<Sender>>, mut requests: mpsc::Receiver<u32>) -> Vec<u32> {
        let mut got = Vec::new();
        let mut open = true;
        loop {
            let step = async { sender.lock().await.step().await };
            tokio::pin!(step);
            let answer = loop {
                tokio::select! {
                    biased;
                    answer = &mut step => break answer,
                    request = requests.recv(), if open => match request {
                        Some(request) => sender.lock().await.enqueue(request), //~ futurelock
                        None => open = false,
                    },
                }
            };
            match answer {
                Some(answer) => got.push(answer),
                None => return got,
            }
        }
    }
}

pub mod fixed {
    use super::Sender;
    use std::sync::Arc;
    use tokio::sync::{Mutex, mpsc};

    /// Handles requests and answers until the other side hangs up.
    pub async fn run(sender: Arc<Mutex<Sender>>, mut requests: mpsc::Receiver<u32>) -> Vec<u32> {
        let mut got = Vec::new();
        let mut open = true;
        loop {
            let step = async { sender.lock().await.step().await };
            let answer = tokio::select! {
                biased;
                answer = step => answer,
                request = requests.recv(), if open => {
                    match request {
                        Some(request) => sender.lock().await.enqueue(request),
                        None => open = false,
                    }
                    continue;
                }
            };
            match answer {
                Some(answer) => got.push(answer),
                None => return got,
            }
        }
    }
}
