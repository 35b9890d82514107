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

    /// A place that is promised to someone who opens a connection: given back if that fails or is dropped.
    struct Promise<'a>(&'a Shared);

    impl Drop for Promise<'_> {
        fn drop(&mut self) {
            self.0.pending.fetch_sub(1, SeqCst);
            self.0.freed.notify_one();
        }
    }

    fn promise(pool: &Shared) -> Option<Promise<'_>> {
        if pool.connections.load(SeqCst) + pool.pending.load(SeqCst) >= pool.max {
            return None;
        }
        pool.pending.fetch_add(1, SeqCst);
        Some(Promise(pool))
    }

    pub async fn get(pool: &Shared) {
        let _promise = loop {
            match promise(pool) {
                Some(promise) => break promise,
                None => pool.freed.notified().await,
            }
        };
        connect(pool).await;
    }

    /// A connection is broken: its place is free.
    pub fn put_back_broken(pool: &Shared) {
        pool.connections.fetch_sub(1, SeqCst);
        pool.freed.notify_one();
    }
}
