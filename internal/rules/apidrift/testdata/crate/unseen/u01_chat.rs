//@ era tokio 0.2
use std::collections::HashMap;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::stream::StreamExt;
use tokio::sync::{mpsc, Mutex};
use tokio_util::codec::{Framed, LinesCodec};

type Peers = Arc<Mutex<HashMap<String, mpsc::UnboundedSender<String>>>>;

async fn client(socket: TcpStream, peers: Peers) {
    let mut lines = Framed::new(socket, LinesCodec::new());
    let name = match lines.next().await {
        Some(Ok(line)) => line,
        _ => return,
    };
    let (tx, mut rx) = mpsc::unbounded_channel();
    peers.lock().await.insert(name, tx);
    while let Some(msg) = rx.recv().await {
        println!("{msg}");
    }
}

#[tokio::main]
async fn main() {
    let peers: Peers = Default::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (socket, _) = listener.accept().await.unwrap();
    client(socket, peers).await;
}
