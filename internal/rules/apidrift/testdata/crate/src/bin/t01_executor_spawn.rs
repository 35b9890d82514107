//@ era tokio 0.1
//@ rows V007
use tokio::executor::spawn;

#[tokio::main]
async fn main() {
    spawn(async { println!("background") });
    tokio::task::yield_now().await;
}
