//@ era tokio 0.1
//@ rows V010
use futures::StreamExt;
use tokio::codec::{Framed, LinesCodec};
use tokio::net::TcpStream;

async fn session(socket: TcpStream) {
    let mut lines = Framed::new(socket, LinesCodec::new());
    while let Some(line) = lines.next().await {
        println!("{:?}", line);
    }
}

#[tokio::main]
async fn main() {
    if let Ok(socket) = TcpStream::connect("127.0.0.1:1").await {
        session(socket).await;
    }
}
