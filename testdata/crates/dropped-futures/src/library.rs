//! Futures of the library that do nothing until they are polled.

use crate::support::{flush, send};
use std::time::Duration;
use tokio::sync::{Mutex, Notify, Semaphore, mpsc};

pub async fn sleep_without_await() {
    let _ = tokio::time::sleep(Duration::from_millis(5)); //~ dropped-future
    flush().await;
}

#[allow(unused_must_use)]
pub async fn sleep_as_a_statement() {
    tokio::time::sleep(Duration::from_millis(5)); //~ dropped-future
    flush().await;
}

pub async fn timeout_without_await() {
    let _ = tokio::time::timeout(Duration::from_millis(5), send(1)); //~ dropped-future
    flush().await;
}

pub async fn channel_send_without_await(tx: &mpsc::Sender<u32>) {
    let _ = tx.send(1); //~ dropped-future
    flush().await;
}

pub async fn lock_without_await(m: &Mutex<u32>) {
    let _ = m.lock(); //~ dropped-future
    flush().await;
}

pub async fn permit_without_await(permits: &Semaphore) {
    let _permit = permits.acquire(); //~ dropped-future
    flush().await;
}

pub async fn notified_without_await(ready: &Notify) {
    let _ = ready.notified(); //~? dropped-future
    flush().await;
}

pub async fn yield_without_await() {
    drop(tokio::task::yield_now()); //~ dropped-future
    flush().await;
}

pub async fn recv_without_await(rx: &mut mpsc::Receiver<u32>) {
    let _ = rx.recv(); //~ dropped-future
    flush().await;
}
