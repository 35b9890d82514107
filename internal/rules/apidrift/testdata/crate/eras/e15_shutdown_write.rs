//@ era tokio 0.2
use std::net::Shutdown;
use tokio::net::TcpStream;
use tokio::prelude::*;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut stream = TcpStream::connect("127.0.0.1:7").await?;
    stream.write_all(b"bye").await?;
    stream.shutdown(Shutdown::Write)?;
    Ok(())
}
