use tokio::sync::mpsc;

pub async fn sum() -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    let reader = tokio::spawn(async move {
        let mut sum = 0;
        while let Some(n) = rx.recv().await {
            sum += n;
        }
        sum
    });
    for n in 0..3 {
        let _ = tx.send(n).await;
    }
    let sum = reader.await.unwrap_or(0); //~ join-deadlock: keeps the sender `tx` alive meanwhile
    drop(tx);
    sum
}
