use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

pub async fn serve(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (mut socket, _) = listener.accept().await?;
        let version = socket.read_u8().await?; //~ serial-accept: awaits `read_u8` of one peer, without a limit
        tokio::spawn(talk(socket, version));
    }
}

async fn talk(socket: TcpStream, version: u8) {
    drop((socket, version));
}
