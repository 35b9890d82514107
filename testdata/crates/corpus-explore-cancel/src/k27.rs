//! K27: the sender of a reply goes into a map, and only a reply takes it out. A request that runs out of time leaves its entry
//! behind.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, oneshot};

pub type Waiting = Arc<Mutex<BTreeMap<u64, oneshot::Sender<String>>>>;

/// The other side: answers what it is asked.
pub async fn responder(mut requests: mpsc::Receiver<u64>, waiting: Waiting) {
    while let Some(id) = requests.recv().await {
        if let Some(reply) = waiting.lock().unwrap().remove(&id) {
            let _ = reply.send(format!("answer {id}"));
        }
    }
}

pub mod buggy {
    use super::{Waiting, mpsc, oneshot};
    use std::time::Duration;

    pub struct Client {
        pub waiting: Waiting,
        pub requests: mpsc::Sender<u64>,
    }

    impl Client {
        pub async fn request(&self, id: u64, limit: Duration) -> Option<String> {
            let (reply, replied) = oneshot::channel();
            self.waiting.lock().unwrap().insert(id, reply);
            let answer = async {
                self.requests.send(id).await.ok()?;
                replied.await.ok()
            };
            tokio::time::timeout(limit, answer).await.ok()? //~ cancel-torn-state: the sender for a reply that nobody waits for
        }
    }
}

pub mod fixed {
    use super::{Waiting, mpsc, oneshot};
    use std::time::Duration;

    pub struct Client {
        pub waiting: Waiting,
        pub requests: mpsc::Sender<u64>,
    }

    struct Entry<'a> {
        waiting: &'a Waiting,
        id: u64,
    }

    impl Drop for Entry<'_> {
        fn drop(&mut self) {
            self.waiting.lock().unwrap().remove(&self.id);
        }
    }

    impl Client {
        pub async fn request(&self, id: u64, limit: Duration) -> Option<String> {
            let (reply, replied) = oneshot::channel();
            self.waiting.lock().unwrap().insert(id, reply);
            let _entry = Entry { waiting: &self.waiting, id };
            let answer = async {
                self.requests.send(id).await.ok()?;
                replied.await.ok()
            };
            tokio::time::timeout(limit, answer).await.ok()?
        }
    }
}
