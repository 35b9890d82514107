//@ era tokio 0.2
//@ rows V043 V042
use tokio::sync::watch;

#[tokio::main]
async fn main() {
    let (tx, mut rx) = watch::channel("idle");
    let seen = tokio::spawn(async move {
        while let Some(state) = rx.recv().await {
            println!("{state}");
        }
    });
    tx.broadcast("busy").unwrap();
    drop(tx);
    seen.await.unwrap();
}
