use tokio::net::TcpListener;

pub fn start(listener: TcpListener) {
    tokio::spawn(async move {
        if let Err(error) = serve(listener).await {
            eprintln!("the server has ended: {error}");
        }
    });
}

async fn serve(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        drop(socket);
    }
}
