//@ era tokio 0.2
//@ rows V059
use tokio::process::Command;

#[tokio::main]
async fn main() {
    let mut child = Command::new("sleep").arg("5").spawn().unwrap();
    child.kill().unwrap();
}
