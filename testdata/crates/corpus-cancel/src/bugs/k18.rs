//! bb8 #67: a pool takes a connection out, checks it, and wraps it into the guard that gives it back. Cancelled during the check, the
//! connection is gone and its slot with it, until every `get` times out.

use std::sync::Mutex;
use std::time::Duration;
use tokio::time::{sleep, timeout};

pub struct Connection(pub u32);

impl Connection {
    async fn is_valid(&self) -> bool {
        sleep(Duration::from_millis(10)).await;
        self.0 > 0
    }
}

pub struct Pool {
    pub idle: Mutex<Vec<Connection>>,
}

pub struct Pooled<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Drop for Pooled<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.idle.lock().unwrap().push(connection);
        }
    }
}

pub mod buggy {
    use super::*;

    pub async fn get(pool: &Pool) -> Option<Pooled<'_>> {
        loop {
            let connection = pool.idle.lock().unwrap().pop()?;
            if connection.is_valid().await { //~ cancel-torn-state
                return Some(Pooled { pool, connection: Some(connection) });
            }
        }
    }

    pub async fn checkout(pool: &Pool) -> bool {
        timeout(Duration::from_millis(1), get(pool)).await.is_ok_and(|pooled| pooled.is_some())
    }
}

pub mod fixed {
    use super::*;

    pub async fn get(pool: &Pool) -> Option<Pooled<'_>> {
        loop {
            let connection = pool.idle.lock().unwrap().pop()?;
            let mut pooled = Pooled { pool, connection: Some(connection) };
            if pooled.connection.as_ref()?.is_valid().await {
                return Some(pooled);
            }
            pooled.connection = None;
        }
    }

    pub async fn checkout(pool: &Pool) -> bool {
        timeout(Duration::from_millis(1), get(pool)).await.is_ok_and(|pooled| pooled.is_some())
    }
}
