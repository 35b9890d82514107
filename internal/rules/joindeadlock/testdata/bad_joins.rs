use std::sync::Arc;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

#[derive(Default)]
pub struct Log {
    lines: Mutex<Vec<String>>,
}

impl Log {
    async fn add(&self, line: &str) {
        self.lines.lock().await.push(line.to_owned());
    }

    pub async fn both(self: Arc<Self>) {
        let this = self.clone();
        let lines = self.lines.lock().await;
        let task = tokio::spawn(async move { this.add("one").await });
        let _ = task.await; //~ join-deadlock: waits for the end of a task that needs `self.lines`, which this one holds meanwhile
        drop(lines);
    }

    pub async fn many(self: Arc<Self>) {
        let mut tasks = JoinSet::new();
        for _ in 0..3 {
            let this = self.clone();
            tasks.spawn(async move { this.add("one").await });
        }
        let lines = self.lines.lock().await;
        while tasks.join_next().await.is_some() { //~ join-deadlock
            println!("{}", lines.len());
        }
    }
}

pub async fn of_a_variable() {
    let state = Arc::new(Mutex::new(0));
    let mut state_now = state.lock().await;
    let mut handles = Vec::new();
    for n in 0..2 {
        let state = Arc::clone(&state);
        let handle = tokio::spawn(async move { *state.lock().await += n });
        handles.push(handle);
    }
    *state_now = 7;
    for handle in handles {
        let _ = handle.await; //~ join-deadlock
    }
    drop(state_now);
}

pub async fn the_sender_is_kept() -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    let reader = tokio::spawn(async move {
        let mut sum = 0;
        while let Some(n) = rx.recv().await {
            sum += n;
        }
        sum
    });
    let _ = tx.send(1).await;
    let sum = reader.await.unwrap_or(0); //~ join-deadlock: waits for the end of a task that ends when its channel is closed, and keeps the sender `tx` alive
    drop(tx);
    sum
}

async fn read_all(mut rx: mpsc::UnboundedReceiver<u32>) -> u32 {
    let mut sum = 0;
    while let Some(n) = rx.recv().await {
        sum += n;
    }
    sum
}

pub async fn in_a_function_of_its_own() -> u32 {
    let (tx, rx) = mpsc::unbounded_channel();
    let reader = tokio::spawn(read_all(rx));
    let _ = tx.send(1);
    reader.await.unwrap_or(0) //~ join-deadlock
}
