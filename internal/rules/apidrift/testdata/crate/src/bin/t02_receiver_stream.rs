//@ era tokio 0.2
//@ rows V035
use tokio::sync::mpsc;
use tokio_stream::StreamExt;

#[tokio::main]
async fn main() {
    let (tx, mut rx) = mpsc::channel::<u32>(8);
    tokio::spawn(async move {
        for n in 0..4 {
            tx.send(n).await.unwrap();
        }
    });
    while let Some(n) = rx.next().await {
        println!("{n}");
    }
}
