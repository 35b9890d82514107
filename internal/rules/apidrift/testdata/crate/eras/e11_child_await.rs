//@ era tokio 0.2
use tokio::process::Command;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let child = Command::new("echo").arg("hello").spawn()?;
    let status = child.await?;
    println!("{}", status);
    Ok(())
}
