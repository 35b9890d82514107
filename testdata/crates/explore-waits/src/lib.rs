//! Pieces that wait for each other for ever when the task that was spawned second runs first. Plain tokio runs it second.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use tokio::sync::{Barrier, Notify, broadcast, mpsc, oneshot, watch};

/// Who comes first.
#[derive(Default)]
pub struct Turn(AtomicBool);

impl Turn {
    pub fn take(&self) {
        self.0.store(true, SeqCst);
    }

    fn early(&self) -> bool {
        !self.0.load(SeqCst)
    }
}

/// Answers; when it comes early it wants to be told to first.
pub async fn answer(turn: &Turn, reply: oneshot::Sender<u32>, mut go: mpsc::Receiver<()>) {
    if turn.early() {
        go.recv().await;
    }
    let _ = reply.send(7);
}

/// Waits for the answer, and tells afterwards.
pub async fn ask(answer: oneshot::Receiver<u32>, go: mpsc::Sender<()>) -> u32 {
    let got = answer.await.unwrap();
    let _ = go.send(()).await;
    got
}

/// Fills a channel; when it comes early with one more than there is room for.
pub async fn fill(turn: &Turn, items: mpsc::Sender<u32>) {
    let count = if turn.early() { 2 } else { 1 };
    for item in 0..count {
        let _ = items.send(item).await;
    }
}

/// Empties the channel when the filler is done.
pub async fn empty(filler: tokio::task::JoinHandle<()>, mut items: mpsc::Receiver<u32>) -> u32 {
    filler.await.unwrap();
    items.recv().await.unwrap()
}

/// Comes to the barrier, but not when it is early.
pub async fn meet(turn: &Turn, barrier: &Barrier) {
    if !turn.early() {
        barrier.wait().await;
    }
}

/// Waits for a change that the same task would have to make.
pub async fn follow(turn: &Turn, state: watch::Sender<u32>) {
    let mut seen = state.subscribe();
    if turn.early() {
        let _ = seen.changed().await;
    }
    let _ = state.send(1);
}

/// Listens to what only it could say.
pub async fn echo(turn: &Turn, say: broadcast::Sender<u32>) {
    let mut heard = say.subscribe();
    if !turn.early() {
        let _ = say.send(1);
    }
    let _ = heard.recv().await;
}

/// Waits for a signal that may have been given before.
pub async fn late(turn: &Turn, signal: &Notify) {
    if turn.early() {
        signal.notify_waiters();
        signal.notified().await;
    }
}

/// As [`late`], after a pause.
pub async fn later(turn: &Turn, signal: &Notify) {
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    late(turn, signal).await;
}

/// Believes the system's clock about a pause of tokio's.
pub async fn two_clocks(signal: &Notify) {
    let begin = std::time::Instant::now();
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    if begin.elapsed() < std::time::Duration::from_millis(900) {
        signal.notified().await;
    }
}
