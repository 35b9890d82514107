//! A relay keeps its clients in a sharded map. A client whose queue is closed is removed from the map,
//! while the reference to it still locks its shard.

use std::collections::HashSet;
use tokio::sync::mpsc;

pub type NodeId = u64;

#[derive(Debug)]
pub struct Packet {
    pub source: NodeId,
    pub data: Vec<u8>,
}

#[derive(Debug)]
pub enum SendError {
    Full,
    Closed,
}

/// The sending side of one connected client.
#[derive(Debug)]
pub struct Client {
    id: NodeId,
    queue: mpsc::Sender<Packet>,
    sent_to: std::sync::Mutex<HashSet<NodeId>>,
}

impl Client {
    pub fn new(id: NodeId, queue: mpsc::Sender<Packet>) -> Self {
        Client { id, queue, sent_to: Default::default() }
    }

    fn try_send(&self, source: NodeId, data: Vec<u8>) -> Result<(), SendError> {
        self.sent_to.lock().unwrap().insert(source);
        self.queue.try_send(Packet { source, data }).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => SendError::Full,
            mpsc::error::TrySendError::Closed(_) => SendError::Closed,
        })
    }

    async fn shutdown(self) -> HashSet<NodeId> {
        self.queue.closed().await;
        self.sent_to.into_inner().unwrap()
    }
}

pub mod buggy {
    use super::{Client, NodeId, SendError};
    use dashmap::DashMap;

    #[derive(Default)]
    pub struct Clients {
        pub inner: DashMap<NodeId, Client>,
    }

    impl Clients {
        pub async fn unregister(&self, id: NodeId) -> usize {
            match self.inner.remove(&id) {
                Some((_, client)) => client.shutdown().await.len(),
                None => 0,
            }
        }

        pub async fn send_packet(&self, to: NodeId, from: NodeId, data: Vec<u8>) -> Result<(), SendError> {
            let Some(client) = self.inner.get(&to) else {
                return Ok(());
            };
            match client.try_send(from, data) {
                Ok(()) => Ok(()),
                Err(SendError::Closed) => {
                    self.unregister(to).await; //~ sync-guard-across-await
                    Err(SendError::Closed)
                }
                Err(e) => Err(e),
            }
        }

        /// The same through the temporary of the `if let`.
        pub async fn send_ping(&self, to: NodeId) -> bool {
            if let Some(client) = self.inner.get(&to) {
                if client.try_send(0, Vec::new()).is_err() {
                    self.unregister(to).await; //~ sync-guard-across-await
                    return false;
                }
            }
            true
        }
    }
}

pub mod fixed {
    use super::{Client, NodeId, SendError};
    use dashmap::DashMap;
    use dashmap::mapref::one::Ref;

    #[derive(Default)]
    pub struct Clients {
        pub inner: DashMap<NodeId, Client>,
    }

    impl Clients {
        /// Takes the reference to the client so that nobody can keep it.
        async fn unregister(&self, client: Ref<'_, NodeId, Client>) -> usize {
            let id = client.id;
            drop(client);
            match self.inner.remove(&id) {
                Some((_, client)) => client.shutdown().await.len(),
                None => 0,
            }
        }

        pub async fn send_packet(&self, to: NodeId, from: NodeId, data: Vec<u8>) -> Result<(), SendError> {
            let Some(client) = self.inner.get(&to) else {
                return Ok(());
            };
            match client.try_send(from, data) {
                Ok(()) => Ok(()),
                Err(SendError::Closed) => {
                    self.unregister(client).await;
                    Err(SendError::Closed)
                }
                Err(e) => Err(e),
            }
        }

        pub async fn send_ping(&self, to: NodeId) -> bool {
            if let Some(client) = self.inner.get(&to) {
                if client.try_send(0, Vec::new()).is_err() {
                    self.unregister(client).await;
                    return false;
                }
            }
            true
        }
    }
}
