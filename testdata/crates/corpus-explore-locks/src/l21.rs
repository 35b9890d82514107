//! L21: a second connection of the pool is used while a transaction holds one.

use std::sync::{Arc, Mutex};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A pool of connections to one small database.
#[derive(Clone)]
pub struct Pool {
    free: Arc<Semaphore>,
    rows: Arc<Mutex<Vec<String>>>,
}

/// A connection, which goes back to the pool when it is dropped.
pub struct Connection {
    rows: Arc<Mutex<Vec<String>>>,
    _place: OwnedSemaphorePermit,
}

impl Pool {
    pub fn new(connections: usize) -> Self {
        Pool { free: Arc::new(Semaphore::new(connections)), rows: Arc::default() }
    }

    pub async fn acquire(&self) -> Connection {
        let place = self.free.clone().acquire_owned().await.expect("the pool is never closed");
        Connection { rows: self.rows.clone(), _place: place }
    }
}

impl Connection {
    pub async fn insert(&mut self, row: String) {
        self.rows.lock().unwrap().push(row);
    }

    pub async fn count(&mut self) -> usize {
        self.rows.lock().unwrap().len()
    }
}

pub mod buggy {
    use super::{Connection, Pool};

    pub struct Store {
        pub pool: Pool,
    }

    impl Store {
        pub async fn save_message(&self, text: &str) {
            let mut transaction = self.pool.acquire().await;
            let thread = self.thread_of(text).await; //~ async-relock
            commit(&mut transaction, thread, text).await;
        }

        async fn thread_of(&self, text: &str) -> usize {
            let mut connection = self.pool.acquire().await;
            connection.insert(format!("thread for {text}")).await;
            connection.count().await
        }
    }

    async fn commit(transaction: &mut Connection, thread: usize, text: &str) {
        transaction.insert(format!("{thread}: {text}")).await;
    }
}

pub mod fixed {
    use super::{Connection, Pool};

    pub struct Store {
        pub pool: Pool,
    }

    impl Store {
        pub async fn save_message(&self, text: &str) {
            let mut transaction = self.pool.acquire().await;
            let thread = thread_of(&mut transaction, text).await;
            commit(&mut transaction, thread, text).await;
        }
    }

    async fn thread_of(transaction: &mut Connection, text: &str) -> usize {
        transaction.insert(format!("thread for {text}")).await;
        transaction.count().await
    }

    async fn commit(transaction: &mut Connection, thread: usize, text: &str) {
        transaction.insert(format!("{thread}: {text}")).await;
    }
}
