use tokio::net::TcpListener;

pub async fn serve(listener: TcpListener) {
    loop {
        let (socket, _) = match listener.accept().await { //~ error-loop-spins: this loop comes back to `accept` at once after an error
            Ok(peer) => peer,
            Err(error) => {
                eprintln!("accept: {error}");
                continue;
            }
        };
        tokio::spawn(async move { drop(socket) });
    }
}
