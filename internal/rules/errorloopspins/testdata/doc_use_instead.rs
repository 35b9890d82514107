use std::time::Duration;
use tokio::net::TcpListener;

pub async fn serve(listener: TcpListener) {
    loop {
        let (socket, _) = match listener.accept().await {
            Ok(peer) => peer,
            Err(error) => {
                eprintln!("accept: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        tokio::spawn(async move { drop(socket) });
    }
}
