//@ era tokio 0.2
use tokio::fs::File;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::stream::StreamExt;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let file = File::open("Cargo.toml").await?;
    let mut lines = BufReader::new(file).lines();
    while let Some(line) = lines.next().await {
        println!("{}", line?);
    }
    Ok(())
}
