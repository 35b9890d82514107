//@ era tokio 0.2
//@ rows V064
use tokio::blocking::spawn_blocking;

#[tokio::main]
async fn main() {
    let n = spawn_blocking(|| (0..1000u64).sum::<u64>()).await.unwrap();
    println!("{n}");
}
