//@ era tokio 0.1
//@ rows V002
use tokio::net::TcpStream;
use tokio::prelude::*;

async fn greet(socket: &mut TcpStream) -> std::io::Result<()> {
    let mut byte = [0; 1];
    socket.read_exact(&mut byte).await?;
    socket.write_all(b"hello").await
}

#[tokio::main]
async fn main() {
    if let Ok(mut socket) = TcpStream::connect("127.0.0.1:1").await {
        greet(&mut socket).await.unwrap();
    }
}
