// As many places as messages, a way with fewer, and channels that somebody reads meanwhile.
use tokio::sync::mpsc;

pub async fn a_place_for_each() -> Option<u32> {
    let (tx, mut rx) = mpsc::channel(2);
    tx.send(1).await.ok()?;
    tx.send(2).await.ok()?;
    rx.recv().await
}

pub async fn only_on_one_way(both: bool) -> Option<u32> {
    let (tx, mut rx) = mpsc::channel(1);
    if both {
        return rx.recv().await;
    }
    tx.send(2).await.ok()?;
    rx.recv().await
}

pub async fn read_in_between() -> Option<u32> {
    let (tx, mut rx) = mpsc::channel(1);
    tx.send(1).await.ok()?;
    let first = rx.recv().await?;
    tx.send(2).await.ok()?;
    Some(first + rx.recv().await?)
}

pub async fn read_by_a_task() -> u32 {
    let (tx, mut rx) = mpsc::channel(1);
    let task = tokio::spawn(async move {
        let mut sum = 0;
        while let Some(n) = rx.recv().await {
            sum += n;
        }
        sum
    });
    let _ = tx.send(1).await;
    let _ = tx.send(2).await;
    let _ = tx.send(3).await;
    drop(tx);
    task.await.unwrap_or(0)
}
