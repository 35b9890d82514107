//@ edition: 2024
pub async fn serve() -> std::io::Result<()> {
    let socket = std::net::TcpListener::bind("127.0.0.1:8080")?;
    socket.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(socket)?;
    listener.accept().await?;
    Ok(())
}
