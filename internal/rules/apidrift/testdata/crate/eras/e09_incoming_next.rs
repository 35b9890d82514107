//@ era tokio 0.2
use tokio::net::TcpListener;
use tokio::stream::StreamExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut listener = TcpListener::bind("127.0.0.1:8080").await?;
    let mut incoming = listener.incoming();
    while let Some(socket) = incoming.next().await {
        let socket = socket?;
        println!("connection from {}", socket.peer_addr()?);
    }
    Ok(())
}
