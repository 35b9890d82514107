//@ era tokio 0.2
//@ rows V039
use tokio::sync::mpsc;

#[tokio::main]
async fn main() {
    let (tx, mut rx) = mpsc::unbounded_channel::<String>();
    tx.send("hello".to_string()).await.unwrap();
    println!("{:?}", rx.recv().await);
}
