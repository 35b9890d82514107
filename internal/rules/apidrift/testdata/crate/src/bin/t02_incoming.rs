//@ era tokio 0.2
//@ rows V051
use futures::StreamExt;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut incoming = listener.incoming();
    while let Some(stream) = incoming.next().await {
        let stream = stream?;
        println!("{:?}", stream.peer_addr());
    }
    Ok(())
}
