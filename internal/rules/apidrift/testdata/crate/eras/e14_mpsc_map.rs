//@ era tokio 0.2
use tokio::stream::StreamExt;
use tokio::sync::mpsc;

#[tokio::main]
async fn main() {
    let (mut tx, rx) = mpsc::channel(16);
    tokio::spawn(async move {
        for i in 0..4u32 {
            tx.send(i).await.unwrap();
        }
    });
    let squares: Vec<u32> = rx.map(|x| x * x).collect().await;
    println!("{:?}", squares);
}
