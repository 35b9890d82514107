use tokio::sync::mpsc;

async fn work(n: u32) -> u32 {
    tokio::task::yield_now().await;
    n
}

pub async fn gather() -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    for n in 0..3 {
        let tx = tx.clone();
        tokio::spawn(async move { tx.send(work(n).await).await });
    }
    let mut sum = 0;
    while let Some(n) = rx.recv().await { //~ never-closes: keeps its sender `tx` alive meanwhile
        sum += n;
    }
    sum
}
