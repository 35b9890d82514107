use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

pub async fn version(address: &str) -> std::io::Result<u8> {
    timeout(Duration::from_secs(5), async {
        let mut socket = TcpStream::connect(address).await?;
        socket.read_u8().await
    })
    .await?
}
