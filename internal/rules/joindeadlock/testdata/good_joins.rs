use std::sync::Arc;
use tokio::sync::{Mutex, mpsc};

#[derive(Default)]
pub struct Log {
    lines: Mutex<Vec<String>>,
    other: Mutex<u32>,
}

impl Log {
    async fn add(&self, line: &str) {
        self.lines.lock().await.push(line.to_owned());
    }

    pub async fn released_first(self: Arc<Self>) {
        let this = self.clone();
        let lines = self.lines.lock().await;
        let task = tokio::spawn(async move { this.add("one").await });
        drop(lines);
        let _ = task.await;
    }

    pub async fn another_lock(self: Arc<Self>) {
        let this = self.clone();
        let other = self.other.lock().await;
        let task = tokio::spawn(async move { this.add("one").await });
        let _ = task.await;
        drop(other);
    }

    pub async fn a_task_that_gives_up(self: Arc<Self>) {
        let this = self.clone();
        let lines = self.lines.lock().await;
        let task = tokio::spawn(async move { this.lines.try_lock().is_ok() });
        let _ = task.await;
        drop(lines);
    }
}

pub async fn the_sender_is_dropped() -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    let reader = tokio::spawn(async move {
        let mut sum = 0;
        while let Some(n) = rx.recv().await {
            sum += n;
        }
        sum
    });
    let _ = tx.send(1).await;
    drop(tx);
    reader.await.unwrap_or(0)
}

pub async fn a_task_that_reads_one() -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    let reader = tokio::spawn(async move { rx.recv().await.unwrap_or(0) });
    let _ = tx.send(1).await;
    let n = reader.await.unwrap_or(0);
    drop(tx);
    n
}

pub async fn of_another_channel() -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    let (log, lines) = mpsc::channel::<u32>(4);
    let reader = tokio::spawn(async move { rx.recv().await.unwrap_or(0) });
    let _ = tx.send(1).await;
    let n = reader.await.unwrap_or(0);
    drop((log, lines));
    n
}
