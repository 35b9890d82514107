//@ era tokio 0.2
//@ rows V058
use tokio::process::Command;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let child = Command::new("true").spawn()?;
    let status = child.await?;
    println!("{status}");
    Ok(())
}
