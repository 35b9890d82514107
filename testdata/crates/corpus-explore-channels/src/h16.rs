//! H16: the task that reads answers ends, and those who wait for one stay in its map.

use std::collections::BTreeMap;
use std::sync::Mutex;
use tokio::sync::{mpsc, oneshot};

/// What the other side reads.
#[derive(Debug)]
pub enum Message {
    Request(u32),
    Quit,
}

/// Answers until somebody asks it to quit.
pub async fn server(mut messages: mpsc::Receiver<Message>, answers: mpsc::Sender<u32>) {
    while let Some(Message::Request(id)) = messages.recv().await {
        let _ = answers.send(id).await;
    }
}

pub type Waiting = Mutex<BTreeMap<u32, oneshot::Sender<u32>>>;

pub mod buggy {
    use super::*;
    use std::sync::Arc;

    #[derive(Clone)]
    pub struct Client {
        waiting: Arc<Waiting>,
        messages: mpsc::Sender<Message>,
    }

    pub fn connect(messages: mpsc::Sender<Message>, mut answers: mpsc::Receiver<u32>) -> Client {
        let waiting = Arc::new(Waiting::default());
        let map = waiting.clone();
        tokio::spawn(async move {
            while let Some(id) = answers.recv().await {
                if let Some(reply) = map.lock().unwrap().remove(&id) {
                    let _ = reply.send(id * 2);
                }
            }
        });
        Client { waiting, messages }
    }

    impl Client {
        pub async fn request(&self, id: u32) -> Option<u32> {
            let (reply, replied) = oneshot::channel();
            self.waiting.lock().unwrap().insert(id, reply);
            let _ = self.messages.send(Message::Request(id)).await;
            replied.await.ok()
        }

        pub async fn quit(&self) {
            let _ = self.messages.send(Message::Quit).await;
        }
    }
}

pub mod fixed {
    use super::*;
    use std::sync::Arc;

    /// None when the reader is gone.
    type Open = Mutex<Option<BTreeMap<u32, oneshot::Sender<u32>>>>;

    #[derive(Clone)]
    pub struct Client {
        waiting: Arc<Open>,
        messages: mpsc::Sender<Message>,
    }

    /// Dropped with the reader, however that ends.
    struct Teardown(Arc<Open>);

    impl Drop for Teardown {
        fn drop(&mut self) {
            *self.0.lock().unwrap() = None;
        }
    }

    pub fn connect(messages: mpsc::Sender<Message>, mut answers: mpsc::Receiver<u32>) -> Client {
        let waiting = Arc::new(Open::new(Some(BTreeMap::new())));
        let teardown = Teardown(waiting.clone());
        tokio::spawn(async move {
            while let Some(id) = answers.recv().await {
                let reply = teardown.0.lock().unwrap().as_mut().and_then(|map| map.remove(&id));
                if let Some(reply) = reply {
                    let _ = reply.send(id * 2);
                }
            }
        });
        Client { waiting, messages }
    }

    impl Client {
        pub async fn request(&self, id: u32) -> Option<u32> {
            let (reply, replied) = oneshot::channel();
            self.waiting.lock().unwrap().as_mut()?.insert(id, reply);
            let _ = self.messages.send(Message::Request(id)).await;
            replied.await.ok()
        }

        pub async fn quit(&self) {
            let _ = self.messages.send(Message::Quit).await;
        }
    }
}
