//! L06: a pong handler reads the connection and then asks for the last ping; the time limit of a ping holds the last ping and
//! asks to write the connection.

/// The connection to the statistics server.
#[derive(Default)]
pub struct Connection {
    pub sent: Vec<String>,
    pub open: bool,
}

pub mod buggy {
    use super::Connection;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::{Mutex, RwLock};
    use tokio::time::Instant;

    #[derive(Default)]
    pub struct Stats {
        conn: RwLock<Option<Connection>>,
        last_ping: Mutex<Option<Instant>>,
    }

    impl Stats {
        pub async fn connect(&self) {
            *self.conn.write().await = Some(Connection { sent: Vec::new(), open: true });
        }

        /// Sends a ping, and hangs up when no pong is back in time.
        pub async fn ping(self: &Arc<Self>) -> tokio::task::JoinHandle<()> {
            *self.last_ping.lock().await = Some(Instant::now());
            let this = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                let mut last = this.last_ping.lock().await;
                if last.take().is_some() {
                    if let Some(conn) = this.conn.write().await.as_mut() {
                        conn.open = false;
                    }
                }
            })
        }

        /// Answers a pong: reports how long it took.
        pub async fn report_latency(&self) -> bool {
            let conn = self.conn.read().await;
            let Some(conn) = conn.as_ref() else { return false };
            match self.last_ping.lock().await.take() { //~ lock-order-inversion
                Some(_since) => conn.open,
                None => false,
            }
        }
    }
}

pub mod fixed {
    use super::Connection;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::{Mutex, RwLock};
    use tokio::time::Instant;

    #[derive(Default)]
    pub struct Stats {
        conn: RwLock<Option<Connection>>,
        last_ping: Mutex<Option<Instant>>,
    }

    impl Stats {
        pub async fn connect(&self) {
            *self.conn.write().await = Some(Connection { sent: Vec::new(), open: true });
        }

        /// Sends a ping, and hangs up when no pong is back in time.
        pub async fn ping(self: &Arc<Self>) -> tokio::task::JoinHandle<()> {
            *self.last_ping.lock().await = Some(Instant::now());
            let this = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                let late = this.last_ping.lock().await.take().is_some();
                if late {
                    if let Some(conn) = this.conn.write().await.as_mut() {
                        conn.open = false;
                    }
                }
            })
        }

        /// Answers a pong: reports how long it took.
        pub async fn report_latency(&self) -> bool {
            let since = self.last_ping.lock().await.take();
            let conn = self.conn.read().await;
            since.is_some() && conn.as_ref().is_some_and(|c| c.open)
        }
    }
}
