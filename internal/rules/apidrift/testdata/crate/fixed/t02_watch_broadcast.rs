use tokio::sync::watch;

#[tokio::main]
async fn main() {
    let (tx, mut rx) = watch::channel("idle");
    let seen = tokio::spawn(async move {
        while rx.changed().await.is_ok() {
            let state = *rx.borrow();
            println!("{state}");
        }
    });
    tx.send("busy").unwrap();
    drop(tx);
    seen.await.unwrap();
}
