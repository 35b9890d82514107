//! Awaits through tokio: its futures, and what its macros make.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, Mutex, Notify};
use tokio::time::{sleep, timeout};

pub async fn slept() {
    sleep(Duration::from_secs(1)).await
}

pub async fn timed(m: &Mutex<u32>) -> Option<u32> {
    timeout(Duration::from_secs(1), m.lock()).await.ok().map(|guard| *guard)
}

pub async fn selected(rx: &mut mpsc::Receiver<u32>, stop: oneshot::Receiver<()>) -> u32 {
    tokio::select! {
        Some(n) = rx.recv() => n,
        _ = stop => 0,
        else => 1,
    }
}

pub async fn selected_in_loop(rx: &mut mpsc::Receiver<u32>, notify: &Notify) -> u32 {
    let mut total = 0;
    let mut deadline = pin!(sleep(Duration::from_secs(1)));
    loop {
        tokio::select! {
            biased;
            _ = &mut deadline => return total,
            n = rx.recv() => total += n.unwrap_or(0),
            _ = notify.notified(), if total > 3 => break total,
        }
    }
}

pub async fn joined() -> u32 {
    let (a, b) = tokio::join!(async { 1 }, slept());
    let () = b;
    a
}

pub async fn try_joined() -> Result<u32, ()> {
    let (a, _) = tokio::try_join!(async { Ok::<u32, ()>(1) }, async { Err::<u32, ()>(()) })?;
    Ok(a)
}

pub async fn spawned() -> u32 {
    tokio::spawn(async {
        tokio::task::yield_now().await;
        3
    })
    .await
    .unwrap_or(0)
}

pub async fn guarded(m: &Mutex<u32>, tx: mpsc::Sender<u32>) {
    let guard = m.lock().await;
    let _ = tx.send(*guard).await;
}
