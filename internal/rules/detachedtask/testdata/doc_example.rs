use tokio::net::TcpListener;

pub fn start(listener: TcpListener) {
    tokio::spawn(serve(listener)); //~ detached-task: the `Result` of this task is lost with its handle
}

async fn serve(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        drop(socket);
    }
}
