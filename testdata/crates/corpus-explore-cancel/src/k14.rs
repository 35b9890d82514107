//! K14: BEGIN is sent and awaited, and only then the depth of the transaction goes up. Dropped in between, the server is in a
//! transaction and the client believes that it is not.

use tokio::sync::{mpsc, oneshot};

type Request = (&'static str, oneshot::Sender<Result<(), String>>);

/// The other end: refuses to begin twice.
pub async fn server(mut requests: mpsc::Receiver<Request>) {
    let mut begun = false;
    while let Some((statement, answer)) = requests.recv().await {
        let result = match (statement, begun) {
            ("BEGIN", true) => Err("there is already a transaction in progress".to_owned()),
            ("BEGIN", false) => {
                begun = true;
                Ok(())
            }
            _ => {
                begun = false;
                Ok(())
            }
        };
        let _ = answer.send(result);
    }
}

async fn execute(requests: &mpsc::Sender<Request>, statement: &'static str) -> Result<(), String> {
    let (answer, answered) = oneshot::channel();
    requests.send((statement, answer)).await.map_err(|_| "the server is gone".to_owned())?;
    answered.await.map_err(|_| "the server is gone".to_owned())?
}

pub mod buggy {
    use super::{Request, execute, mpsc};

    pub struct Connection {
        requests: mpsc::Sender<Request>,
        depth: u32,
    }

    impl Connection {
        pub fn new(requests: mpsc::Sender<Request>) -> Self {
            Connection { requests, depth: 0 }
        }

        pub async fn begin(&mut self) -> Result<(), String> {
            execute(&self.requests, "BEGIN").await?;
            self.depth += 1;
            Ok(())
        }

        /// Makes the connection usable for the next owner.
        pub async fn reset(&mut self) -> Result<(), String> {
            if self.depth > 0 {
                execute(&self.requests, "ROLLBACK").await?;
                self.depth = 0;
            }
            Ok(())
        }
    }
}

pub mod fixed {
    use super::{Request, execute, mpsc};

    pub struct Connection {
        requests: mpsc::Sender<Request>,
        depth: u32,
    }

    impl Connection {
        pub fn new(requests: mpsc::Sender<Request>) -> Self {
            Connection { requests, depth: 0 }
        }

        pub async fn begin(&mut self) -> Result<(), String> {
            self.depth += 1;
            execute(&self.requests, "BEGIN").await
        }

        /// Makes the connection usable for the next owner.
        pub async fn reset(&mut self) -> Result<(), String> {
            if self.depth > 0 {
                execute(&self.requests, "ROLLBACK").await?;
                self.depth = 0;
            }
            Ok(())
        }
    }
}
