use std::sync::Arc;
use tokio::net::UdpSocket;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await?);
    let (rx, tx) = (socket.clone(), socket);
    tx.send_to(b"x", "127.0.0.1:9").await?;
    let mut buf = [0; 8];
    rx.recv_from(&mut buf).await?;
    Ok(())
}
