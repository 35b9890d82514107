use tokio::sync::mpsc;

async fn work(n: u32) -> u32 {
    tokio::task::yield_now().await;
    n
}

pub async fn dropped_first() -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    for n in 0..3 {
        let tx = tx.clone();
        tokio::spawn(async move { tx.send(work(n).await).await });
    }
    drop(tx);
    let mut sum = 0;
    while let Some(n) = rx.recv().await {
        sum += n;
    }
    sum
}

pub async fn moved_into_the_task() -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    tokio::spawn(async move { tx.send(work(1).await).await });
    let mut sum = 0;
    while let Some(n) = rx.recv().await {
        sum += n;
    }
    sum
}

pub async fn a_message_ends_it() -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    let sender = tx.clone();
    tokio::spawn(async move { sender.send(work(1).await).await });
    let mut sum = 0;
    while let Some(n) = rx.recv().await {
        if n == 0 {
            break;
        }
        sum += n;
    }
    drop(tx);
    sum
}

pub async fn of_another_channel() -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    let (log, _lines) = mpsc::channel::<u32>(4);
    tokio::spawn(async move { tx.send(work(1).await).await });
    let mut sum = 0;
    while let Some(n) = rx.recv().await {
        sum += n;
    }
    let _ = log.send(sum).await;
    sum
}

pub async fn under_a_select(mut stop: tokio::sync::watch::Receiver<bool>) -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    let sender = tx.clone();
    tokio::spawn(async move { sender.send(work(1).await).await });
    let mut sum = 0;
    loop {
        tokio::select! {
            n = rx.recv() => match n {
                Some(n) => sum += n,
                None => break,
            },
            _ = stop.changed() => break,
        }
    }
    drop(tx);
    sum
}
