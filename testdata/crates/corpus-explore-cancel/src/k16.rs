//! K16: the guard of an advisory lock is made after the query that takes it. Dropped before, nobody unlocks.

use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore};

/// A server with one advisory lock.
#[derive(Clone)]
pub struct Server {
    lock: Arc<Semaphore>,
    log: Arc<Mutex<Vec<&'static str>>>,
}

impl Default for Server {
    fn default() -> Self {
        Server { lock: Arc::new(Semaphore::new(1)), log: Arc::default() }
    }
}

impl Server {
    /// Runs the query on the server's side: what it did stays done, whether or not the answer is read.
    pub async fn query_lock(&self) {
        self.lock.acquire().await.expect("the lock is never closed").forget();
        self.log.lock().await.push("locked");
    }

    pub fn unlock(&self) {
        self.lock.add_permits(1);
    }
}

pub mod buggy {
    use super::Server;

    pub struct Guard(Server);

    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.unlock();
        }
    }

    pub async fn acquire(server: &Server) -> Guard {
        server.query_lock().await;
        Guard(server.clone())
    }
}

pub mod fixed {
    use super::Server;
    use std::sync::Arc;
    use tokio::sync::oneshot;

    pub struct Guard(Arc<Server>);

    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.unlock();
        }
    }

    /// The query and its guard are one task: who gives up gets no guard, and the lock is released when it comes.
    pub async fn acquire(server: &Server) -> Guard {
        let server = Arc::new(server.clone());
        let (hand, handed) = oneshot::channel();
        tokio::spawn(async move {
            server.query_lock().await;
            let _ = hand.send(Guard(server));
        });
        handed.await.expect("the query ends")
    }
}
