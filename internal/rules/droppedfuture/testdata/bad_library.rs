//@ edition: 2024
//! Futures of tokio that do nothing until they are polled.

use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::sync::{Mutex, Semaphore, mpsc};

async fn send(n: u32) -> u32 {
    n
}

async fn flush() {}

pub async fn sleep_without_await() {
    let _ = tokio::time::sleep(Duration::from_millis(5)); //~ dropped-future: the future of `time::sleep`
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

pub async fn yield_without_await() {
    drop(tokio::task::yield_now()); //~ dropped-future
    flush().await;
}

pub async fn recv_without_await(rx: &mut mpsc::Receiver<u32>) {
    let _ = rx.recv(); //~ dropped-future
    flush().await;
}

#[allow(unused_must_use)]
pub async fn write_as_a_statement(file: &mut tokio::fs::File) {
    file.write_all(b"x"); //~ dropped-future: the future of `File::write_all`
    flush().await;
}

pub fn shutdown_where_nothing_can_wait(stream: &mut tokio::io::DuplexStream) {
    let _ = stream.shutdown(); //~ dropped-future
}
