//! SpacetimeDB #5910: a guard that would take a client off the list is defused, and the list is cleaned up by hand behind a teardown that
//! awaits. Cancelled in the teardown, the client stays on the list for ever.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio::time::timeout;

#[derive(Default)]
pub struct Clients {
    pub online: Mutex<HashMap<u64, String>>,
}

/// Takes its client off the list when it is dropped.
struct Online<'a>(Option<&'a Clients>, u64);

impl Online<'_> {
    fn defuse(&mut self) {
        self.0 = None;
    }
}

impl Drop for Online<'_> {
    fn drop(&mut self) {
        if let Some(clients) = self.0 {
            clients.online.lock().unwrap().remove(&self.1);
        }
    }
}

pub mod buggy {
    use super::*;

    pub async fn serve(clients: &Clients, id: u64, mut stream: DuplexStream) {
        clients.online.lock().unwrap().insert(id, "client".into());
        let mut online = Online(Some(clients), id);
        let _ = stream.write_all(b"hello").await;
        online.defuse();
        let _ = stream.shutdown().await; //~ cancel-torn-state
        clients.online.lock().unwrap().remove(&id);
    }

    pub async fn limited(clients: &Clients, id: u64, stream: DuplexStream) {
        let _ = timeout(Duration::from_secs(1), serve(clients, id, stream)).await;
    }
}

pub mod fixed {
    use super::*;

    pub async fn serve(clients: &Clients, id: u64, mut stream: DuplexStream) {
        clients.online.lock().unwrap().insert(id, "client".into());
        let _online = Online(Some(clients), id);
        let _ = stream.write_all(b"hello").await;
        let _ = stream.shutdown().await;
    }

    pub async fn limited(clients: &Clients, id: u64, stream: DuplexStream) {
        let _ = timeout(Duration::from_secs(1), serve(clients, id, stream)).await;
    }
}
