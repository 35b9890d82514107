// More messages than places, one below the other, before anybody reads.
use tokio::sync::mpsc;

pub async fn one_place_less() -> u32 {
    let (tx, mut rx) = mpsc::channel(2);
    tx.send(1).await.unwrap();
    tx.send(2).await.unwrap();
    tx.send(3).await.unwrap(); //~ channel-deadlock: sends to `tx` when it is full
    drop(tx);
    let mut sum = 0;
    while let Some(n) = rx.recv().await {
        sum += n;
    }
    sum
}

const PLACES: usize = 1;

pub async fn on_both_ways(first: bool) -> Option<u32> {
    let (tx, mut rx) = mpsc::channel(PLACES);
    if first {
        tx.send(1).await.ok()?;
    } else {
        tx.send(2).await.ok()?;
    }
    tx.send(3).await.ok()?; //~ channel-deadlock: sends to `tx` when it is full
    rx.recv().await
}
