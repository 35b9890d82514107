//! F01: `select!` over a tick and the collection of a bundle. The arm of the tick asks the pool for a connection, behind the
//! collection that nobody polls meanwhile.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use tokio::sync::{Mutex, MutexGuard};

/// A database with one connection.
#[derive(Default)]
pub struct Database {
    connection: Mutex<Connection>,
}

#[derive(Default)]
pub struct Connection {
    queries: AtomicUsize,
}

impl Connection {
    pub async fn query(&self, _sql: &str) -> usize {
        self.queries.fetch_add(1, SeqCst) + 1
    }
}

impl Database {
    pub async fn claim(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().await
    }
}

async fn collect_bundle(db: &Database) -> usize {
    let mut last = 0;
    for step in ["sleds", "switches", "logs"] {
        last = db.claim().await.query(step).await;
    }
    last
}

pub mod buggy {
    use super::{Database, collect_bundle};
    use std::time::Duration;

    /// Collects a bundle, unless it was cancelled in the database.
    pub async fn collect(db: &Database) -> Option<usize> {
        let collection = collect_bundle(db);
        tokio::pin!(collection);
        let mut tick = tokio::time::interval(Duration::from_secs(30));
        loop {
            tokio::select! {
                _ = tick.tick() => {
                    let checks = db.claim().await.query("is it cancelled?").await; //~ futurelock
                    if checks > 1000 {
                        return None;
                    }
                }
                bundle = &mut collection => return Some(bundle),
            }
        }
    }
}

pub mod fixed {
    use super::{Database, collect_bundle};
    use std::time::Duration;

    /// Collects a bundle, unless it was cancelled in the database.
    pub async fn collect(db: &Database) -> Option<usize> {
        tokio::select! {
            () = cancelled(db) => None,
            bundle = collect_bundle(db) => Some(bundle),
        }
    }

    async fn cancelled(db: &Database) {
        let mut tick = tokio::time::interval(Duration::from_secs(30));
        loop {
            tick.tick().await;
            let checks = db.claim().await.query("is it cancelled?").await;
            if checks > 1000 {
                return;
            }
        }
    }
}
