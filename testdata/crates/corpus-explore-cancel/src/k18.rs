//! K18: a raw connection is taken out of the pool, checked, and only then put into the guard that gives it back.

use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;

/// The connections of a pool, and how many of them are free.
pub struct Inner {
    idle: Mutex<Vec<u32>>,
    free: Semaphore,
}

pub type Pool = Arc<Inner>;

pub fn pool(connections: u32) -> Pool {
    Arc::new(Inner { idle: Mutex::new((0..connections).collect()), free: Semaphore::new(connections as usize) })
}

impl Inner {
    async fn pop(&self) -> u32 {
        self.free.acquire().await.expect("the pool is never closed").forget();
        self.idle.lock().unwrap().pop().expect("there are as many connections as permits")
    }

    fn put_back(&self, connection: u32) {
        self.idle.lock().unwrap().push(connection);
        self.free.add_permits(1);
    }
}

/// A connection that goes back when it is dropped.
pub struct Pooled {
    pool: Pool,
    connection: u32,
}

impl Drop for Pooled {
    fn drop(&mut self) {
        self.pool.put_back(self.connection);
    }
}

/// Pings the server on the connection.
async fn is_valid(_connection: u32) -> bool {
    let (pong, ponged) = tokio::sync::oneshot::channel();
    tokio::spawn(async move { pong.send(()) });
    ponged.await.is_ok()
}

pub mod buggy {
    use super::{Pool, Pooled, is_valid};

    pub async fn get(pool: &Pool) -> Pooled {
        loop {
            let connection = pool.pop().await;
            if is_valid(connection).await {
                return Pooled { pool: pool.clone(), connection };
            }
        }
    }
}

pub mod fixed {
    use super::{Pool, Pooled, is_valid};

    pub async fn get(pool: &Pool) -> Pooled {
        loop {
            let connection = Pooled { pool: pool.clone(), connection: pool.pop().await };
            if is_valid(connection.connection).await {
                return connection;
            }
        }
    }
}
