use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

pub async fn serve(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        tokio::spawn(async move {
            if let Err(error) = talk(socket).await {
                eprintln!("peer: {error}");
            }
        });
    }
}

async fn talk(mut socket: TcpStream) -> std::io::Result<()> {
    let version = socket.read_u8().await?;
    drop(version);
    Ok(())
}
