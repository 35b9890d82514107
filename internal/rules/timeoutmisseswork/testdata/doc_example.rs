use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

pub async fn version(address: &str) -> std::io::Result<u8> {
    let read = timeout(
        Duration::from_secs(5),
        first(TcpStream::connect(address).await?), //~ timeout-misses-work: `connect` is awaited while the argument of `timeout` is built
    );
    read.await?
}

async fn first(mut socket: TcpStream) -> std::io::Result<u8> {
    socket.read_u8().await
}
