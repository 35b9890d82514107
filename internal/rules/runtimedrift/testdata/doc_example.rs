//@ edition: 2024
pub async fn serve() -> std::io::Result<()> {
    let socket = std::net::TcpListener::bind("127.0.0.1:8080")?;
    let listener = tokio::net::TcpListener::from_std(socket)?; //~ run-time-drift: is given a socket in blocking mode
    listener.accept().await?;
    Ok(())
}
