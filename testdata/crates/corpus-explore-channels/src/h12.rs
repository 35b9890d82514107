//! H12: a connection that broke frees one place of the pool, and everyone who waits is told. Each of them opens a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use tokio::sync::Notify;

/// What the pool counts.
pub struct Counts {
    max: u32,
    connections: AtomicU32,
    pending: AtomicU32, // promised to someone who opens a connection now
    freed: Notify,
}

pub type Shared = Arc<Counts>;

pub fn pool(max: u32) -> Shared {
    Arc::new(Counts { max, connections: AtomicU32::new(0), pending: AtomicU32::new(0), freed: Notify::new() })
}

/// Opens a connection on the other side, which allows so many and no more.
async fn connect(pool: &Counts) {
    tokio::task::yield_now().await;
    let open = pool.connections.fetch_add(1, SeqCst) + 1;
    assert!(open <= pool.max, "{open} connections, and {} are allowed", pool.max);
}

pub mod buggy {
    use super::{SeqCst, Shared, connect};

    pub async fn get(pool: &Shared) {
        loop {
            let freed = pool.freed.notified();
            if pool.connections.load(SeqCst) < pool.max {
                break;
            }
            freed.await;
        }
        connect(pool).await;
    }

    /// A connection is broken: its place is free.
    pub fn put_back_broken(pool: &Shared) {
        pool.connections.fetch_sub(1, SeqCst);
        pool.freed.notify_waiters();
    }
}

pub mod fixed {
    use super::{SeqCst, Shared, connect};

    fn promise(pool: &Shared) -> bool {
        if pool.connections.load(SeqCst) + pool.pending.load(SeqCst) >= pool.max {
            return false;
        }
        pool.pending.fetch_add(1, SeqCst);
        true
    }

    pub async fn get(pool: &Shared) {
        while !promise(pool) {
            pool.freed.notified().await;
        }
        connect(pool).await;
        pool.pending.fetch_sub(1, SeqCst);
    }

    /// A connection is broken: its place is free.
    pub fn put_back_broken(pool: &Shared) {
        pool.connections.fetch_sub(1, SeqCst);
        pool.freed.notify_one();
    }
}
