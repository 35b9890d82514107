//@ edition: 2024
//! On the blocking pool, in place, on a thread, from sync code: there it is allowed.

use std::sync::Arc;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Mutex, oneshot};

async fn answer() -> u32 {
    tokio::task::yield_now().await;
    42
}

/// For callers without a runtime.
fn answer_now(handle: &Handle) -> u32 {
    handle.block_on(answer())
}

fn read_counter(counter: &Mutex<u32>) -> u32 {
    *counter.blocking_lock()
}

pub async fn runtime_left_in_the_background() {
    let runtime = Runtime::new().unwrap();
    let _ = runtime.spawn(answer()).await;
    runtime.shutdown_background();
}

pub async fn on_the_pool(handle: Handle) -> u32 {
    tokio::task::spawn_blocking(move || handle.block_on(answer())).await.unwrap_or_default()
}

pub async fn on_the_pool_through_a_helper(handle: Handle) -> u32 {
    tokio::task::spawn_blocking(move || answer_now(&handle)).await.unwrap_or_default()
}

pub async fn in_place() -> u32 {
    tokio::task::block_in_place(|| Handle::current().block_on(answer()))
}

pub async fn on_a_thread(handle: Handle) -> u32 {
    let (tx, rx) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = tx.send(answer_now(&handle));
    });
    rx.await.unwrap_or_default()
}

pub async fn lock_on_the_pool(counter: Arc<Mutex<u32>>) -> u32 {
    tokio::task::spawn_blocking(move || read_counter(&counter)).await.unwrap_or_default()
}

pub fn from_a_sync_caller() -> std::io::Result<u32> {
    let runtime = Builder::new_current_thread().build()?;
    Ok(runtime.block_on(answer()))
}

/// Empties its runtime before the field is dropped.
pub struct Executor {
    pub runtime: Option<Runtime>,
}

impl Drop for Executor {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

pub async fn run(executor: Executor, stop: oneshot::Receiver<()>) {
    let _ = stop.await;
    drop(executor);
}

/// An async lock taken the async way.
pub async fn waits(counter: &Mutex<u32>) -> u32 {
    *counter.lock().await
}
