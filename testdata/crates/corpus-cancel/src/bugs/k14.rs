//! sqlx #2819: `BEGIN` goes to the server, and the depth of the transaction is counted up when the answer is there. Dropped between the two,
//! the server is in a transaction and the client believes that it is not.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::timeout;

pub struct Connection {
    pub stream: DuplexStream,
    pub depth: u32,
    pub rollback: bool,
}

impl Connection {
    async fn execute(&mut self, statement: &str) -> io::Result<u8> {
        self.stream.write_all(statement.as_bytes()).await?;
        self.stream.read_u8().await
    }

    /// Whether the next statement runs in a transaction, as far as the client knows.
    pub fn is_in_transaction(&self) -> bool {
        self.depth > 0
    }
}

pub mod buggy {
    use super::*;

    pub async fn begin(connection: &mut Connection) -> io::Result<()> {
        connection.execute("BEGIN").await?; //~ cancel-torn-state
        connection.depth += 1;
        Ok(())
    }

    pub async fn transaction(connection: &mut Connection) -> bool {
        timeout(Duration::from_secs(1), begin(connection)).await.is_ok_and(|done| done.is_ok())
    }
}

pub mod fixed {
    use super::*;

    /// Rolls back with the next use of the connection unless it is told that all went well.
    struct Rollback<'a>(&'a mut Connection, bool);

    impl Drop for Rollback<'_> {
        fn drop(&mut self) {
            if self.1 {
                self.0.depth -= 1;
                self.0.rollback = true;
            }
        }
    }

    pub async fn begin(connection: &mut Connection) -> io::Result<()> {
        connection.depth += 1;
        let mut guard = Rollback(connection, true);
        guard.0.execute("BEGIN").await?;
        guard.1 = false;
        Ok(())
    }

    pub async fn transaction(connection: &mut Connection) -> bool {
        timeout(Duration::from_secs(1), begin(connection)).await.is_ok_and(|done| done.is_ok())
    }
}
