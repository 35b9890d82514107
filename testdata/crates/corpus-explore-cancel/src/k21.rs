//! K21: the guard that cleans up is defused, and then the clean-up is awaited. Cancelled there, nobody cleans up.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;

/// Who is connected.
#[derive(Clone, Default)]
pub struct Clients(Arc<Mutex<BTreeSet<u32>>>);

impl Clients {
    pub fn join(&self, client: u32) {
        assert!(self.0.lock().unwrap().insert(client), "client {client} is connected already");
    }

    pub fn leave(&self, client: u32) {
        self.0.lock().unwrap().remove(&client);
    }

    pub fn is_empty(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }
}

/// Tells the module that a client is gone, and forgets it.
async fn teardown(clients: Clients, client: u32, module: mpsc::Sender<u32>) {
    let _ = module.send(client).await;
    clients.leave(client);
}

pub mod buggy {
    use super::{Clients, mpsc, teardown};

    struct Cleanup(Option<(Clients, u32, mpsc::Sender<u32>)>);

    impl Drop for Cleanup {
        fn drop(&mut self) {
            if let Some((clients, client, module)) = self.0.take() {
                tokio::spawn(teardown(clients, client, module));
            }
        }
    }

    pub async fn actor(clients: Clients, client: u32, module: mpsc::Sender<u32>, mut messages: mpsc::Receiver<u32>) {
        clients.join(client);
        let mut cleanup = Cleanup(Some((clients, client, module)));
        while messages.recv().await.is_some() {}
        let (clients, client, module) = cleanup.0.take().expect("nobody else takes it");
        teardown(clients, client, module).await;
    }
}

pub mod fixed {
    use super::{Clients, mpsc, teardown};

    struct Cleanup(Option<(Clients, u32, mpsc::Sender<u32>)>);

    impl Cleanup {
        fn start(&mut self) -> Option<tokio::task::JoinHandle<()>> {
            let (clients, client, module) = self.0.take()?;
            Some(tokio::spawn(teardown(clients, client, module)))
        }
    }

    impl Drop for Cleanup {
        fn drop(&mut self) {
            self.start();
        }
    }

    pub async fn actor(clients: Clients, client: u32, module: mpsc::Sender<u32>, mut messages: mpsc::Receiver<u32>) {
        clients.join(client);
        let mut cleanup = Cleanup(Some((clients, client, module)));
        while messages.recv().await.is_some() {}
        if let Some(cleaned) = cleanup.start() {
            let _ = cleaned.await;
        }
    }
}
