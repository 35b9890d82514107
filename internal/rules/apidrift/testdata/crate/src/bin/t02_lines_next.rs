//@ era tokio 0.2
//@ rows V049
use futures::StreamExt;
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut lines = BufReader::new(&b"one\ntwo\n"[..]).lines();
    while let Some(line) = lines.next().await {
        println!("{}", line?);
    }
    Ok(())
}
