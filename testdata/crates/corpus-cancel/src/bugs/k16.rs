//! sqlx #4199: the guard of an advisory lock is built when the server has answered. Cancelled while it waits for the answer, the call may
//! hold the lock on the server and nobody is there to release it.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::timeout;

pub struct Connection {
    pub stream: DuplexStream,
    pub unlock_first: bool,
}

impl Connection {
    async fn query(&mut self, statement: &str) -> io::Result<u8> {
        self.stream.write_all(statement.as_bytes()).await?;
        self.stream.read_u8().await
    }
}

pub struct Lock<'a> {
    pub connection: &'a mut Connection,
}

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        self.connection.unlock_first = true;
    }
}

pub mod buggy {
    use super::*;

    pub async fn acquire(connection: &mut Connection) -> io::Result<Lock<'_>> {
        connection.query("SELECT pg_advisory_lock(1)").await?; //~ cancel-torn-state
        Ok(Lock { connection })
    }

    pub async fn locked(connection: &mut Connection) -> bool {
        timeout(Duration::from_secs(1), acquire(connection)).await.is_ok_and(|lock| lock.is_ok())
    }
}

pub mod fixed {
    use super::*;

    pub async fn acquire(connection: &mut Connection) -> io::Result<Lock<'_>> {
        let lock = Lock { connection };
        lock.connection.query("SELECT pg_advisory_lock(1)").await?;
        Ok(lock)
    }

    pub async fn locked(connection: &mut Connection) -> bool {
        timeout(Duration::from_secs(1), acquire(connection)).await.is_ok_and(|lock| lock.is_ok())
    }
}
