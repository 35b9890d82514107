//@ edition: 2024
//! Sockets in blocking mode that are given to tokio.

use std::time::Duration;

pub async fn unwrapped() {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let socket = tokio::net::UdpSocket::from_std(socket).unwrap(); //~ run-time-drift: is given a socket in blocking mode
    socket.recv(&mut [0]).await.ok();
}

pub fn in_one_expression() -> std::io::Result<tokio::net::TcpStream> {
    tokio::net::TcpStream::from_std(std::net::TcpStream::connect("a:1")?) //~ run-time-drift
}

pub async fn with_other_calls() -> std::io::Result<()> {
    let socket = std::net::TcpStream::connect("a:1")?;
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(Duration::from_secs(1)))?;
    tokio::net::TcpStream::from_std(socket)?; //~ run-time-drift
    Ok(())
}
