//@ edition: 2024
//! Sockets that are set non-blocking, and those of which nobody knows.

pub async fn prepared() -> std::io::Result<()> {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    socket.set_nonblocking(true)?;
    tokio::net::UdpSocket::from_std(socket)?.recv(&mut [0]).await?;
    Ok(())
}

pub fn given(socket: std::net::TcpListener) -> std::io::Result<tokio::net::TcpListener> {
    tokio::net::TcpListener::from_std(socket)
}

fn listener() -> std::io::Result<std::net::TcpListener> {
    let socket = std::net::TcpListener::bind("127.0.0.1:0")?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

pub fn made_elsewhere() -> std::io::Result<tokio::net::TcpListener> {
    tokio::net::TcpListener::from_std(listener()?)
}
