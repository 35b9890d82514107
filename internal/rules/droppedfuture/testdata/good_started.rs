//@ edition: 2024
//! The work was started by the call, or there is no work: process, task, receiver, ready value, value of another kind.

use std::future::{Future, ready};
use tokio::sync::{Notify, broadcast, mpsc, oneshot, watch};

async fn send(n: u32) -> u32 {
    n
}

async fn flush() {}

/// A unit result, an integer result: values, not futures.
pub async fn results_ignored() {
    let _ = send(1).await;
    flush().await;
    let _ = client_name();
    drop(String::from("x"));
}

fn client_name() -> String {
    "client".into()
}

/// A receiver is a future by type. To let go of it is how one says "no answer wanted".
pub async fn receiver_dropped() {
    let (tx, rx) = oneshot::channel::<u32>();
    drop(rx);
    let _ = tx.send(1);
    let (tx, _rx) = oneshot::channel::<u32>();
    let _ = tx.send(2);
    let (_stop, _stopped) = oneshot::channel::<()>();
    flush().await;
}

pub async fn try_send(tx: &mpsc::Sender<u32>, all: &broadcast::Sender<u32>, state: &watch::Sender<u32>) {
    let _ = tx.try_send(1);
    let _ = all.send(1);
    let _ = state.send(1);
    flush().await;
}

pub async fn unbounded_send(tx: &mpsc::UnboundedSender<u32>) {
    let _ = tx.send(1);
    flush().await;
}

pub async fn try_lock(m: &tokio::sync::Mutex<u32>) {
    let _ = m.try_lock();
    flush().await;
}

/// Registered before the check, awaited only if needed.
pub async fn notified_before_the_check(ready: &Notify, done: bool) {
    let notified = ready.notified();
    if done {
        return;
    }
    notified.await;
}

/// The process starts at the call; to ignore its future is to start it and look away.
pub async fn process_started() {
    let _ = tokio::process::Command::new("true").kill_on_drop(false).spawn();
    flush().await;
}

/// The work is started by the call; the future only waits for its end.
fn start(n: u32) -> impl Future<Output = u32> {
    let task = tokio::spawn(send(n));
    async move { task.await.unwrap_or_default() }
}

pub async fn started_and_not_waited_for() {
    let _ = start(1);
    flush().await;
}

/// A future that has its value already loses nothing.
pub async fn ready_future() {
    let _ = ready(1);
    flush().await;
}

/// A type with a future's words in its name.
pub struct FutureOrder {
    pub n: u32,
}

impl FutureOrder {
    pub fn poll(&self) -> u32 {
        self.n
    }
}

pub async fn named_like_a_future() {
    let _ = FutureOrder { n: 1 }.poll();
    let _order = FutureOrder { n: 2 };
    flush().await;
}
