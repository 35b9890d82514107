//@ era tokio 0.2
use tokio::net::UdpSocket;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let (mut rx, mut tx) = socket.split();
    tx.send_to(b"x", "127.0.0.1:9").await?;
    let mut buf = [0; 8];
    rx.recv_from(&mut buf).await?;
    Ok(())
}
