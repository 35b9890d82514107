//! Two clients with a script, for `main` and for the tests.

use crate::history::History;
use crate::relay::Relay;
use std::io;
use std::path::PathBuf;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

struct Client {
    lines: Lines<BufReader<OwnedReadHalf>>,
    writer: OwnedWriteHalf,
}

impl Client {
    async fn connect(address: std::net::SocketAddr) -> io::Result<Self> {
        let (reader, writer) = TcpStream::connect(address).await?.into_split();
        Ok(Client { lines: BufReader::new(reader).lines(), writer })
    }

    /// Says one line and waits for the relay's answer to it.
    async fn ask(&mut self, line: &str) -> io::Result<String> {
        self.writer.write_all(format!("{line}\n").as_bytes()).await?;
        self.hear().await
    }

    async fn hear(&mut self) -> io::Result<String> {
        self.lines.next_line().await?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// Runs the script inside a local task set; returns what the clients saw.
pub async fn run(log: PathBuf) -> io::Result<Vec<String>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let relay = Relay::new(History::new(log, 1 << 20));
    let server = tokio::task::spawn_local(relay.serve(listener));

    let mut ada = Client::connect(address).await?;
    let mut bob = Client::connect(address).await?;
    let mut seen = Vec::new();
    for line in ["/name ada", "/join kitchen", "/who"] {
        seen.push(format!("ada < {}", ada.ask(line).await?));
    }
    for line in ["/name bob", "hello?", "/join kitchen", "hello!"] {
        seen.push(format!("bob < {}", bob.ask(line).await?));
    }
    seen.push(format!("ada < {}", ada.hear().await?));
    bob.writer.write_all(b"/quit\n").await?;
    seen.push(format!("ada < {}", ada.hear().await?));
    server.abort();
    Ok(seen)
}
