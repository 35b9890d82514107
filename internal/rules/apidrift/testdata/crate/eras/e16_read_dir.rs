//@ era tokio 0.2
use tokio::stream::StreamExt;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut entries = tokio::fs::read_dir(".").await?;
    while let Some(entry) = entries.next().await {
        println!("{:?}", entry?.path());
    }
    Ok(())
}
