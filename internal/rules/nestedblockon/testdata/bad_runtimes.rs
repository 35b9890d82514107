//@ edition: 2024
//! A runtime entered, waited for or dropped inside async code.

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Mutex, RwLock, mpsc, oneshot};

async fn answer() -> u32 {
    tokio::task::yield_now().await;
    42
}

/// For callers without a runtime.
fn answer_now(handle: &Handle) -> u32 {
    handle.block_on(answer())
}

pub async fn direct(handle: &Handle) -> u32 {
    handle.block_on(answer()) //~ nested-block-on
}

pub async fn through_a_helper(handle: &Handle) -> u32 {
    answer_now(handle) //~ nested-block-on: `answer_now` leads to `tokio::runtime::Handle::block_on`
}

pub async fn current_handle() -> u32 {
    Handle::current().block_on(answer()) //~ nested-block-on
}

pub async fn own_runtime(runtime: &Runtime) -> u32 {
    runtime.block_on(answer()) //~ nested-block-on
}

trait Question {
    fn ask(&self) -> u32;
}

struct Remote {
    handle: Handle,
}

impl Question for Remote {
    fn ask(&self) -> u32 {
        self.handle.block_on(answer())
    }
}

pub async fn through_a_trait(handle: Handle) -> u32 {
    let remote = Remote { handle };
    remote.ask() //~ nested-block-on
}

pub async fn blocking_receive(rx: oneshot::Receiver<u32>) -> u32 {
    rx.blocking_recv().unwrap_or_default() //~ nested-block-on
}

pub async fn blocking_send(tx: &mpsc::Sender<u32>) {
    let _ = tx.blocking_send(1); //~ nested-block-on
}

fn read_counter(counter: &Mutex<u32>) -> u32 {
    *counter.blocking_lock()
}

pub async fn blocking_lock(counter: &Mutex<u32>) -> u32 {
    read_counter(counter) //~ nested-block-on
}

pub async fn blocking_read(lock: &RwLock<u32>) -> u32 {
    *lock.blocking_read() //~ nested-block-on
}

pub async fn runtime_dropped_by_hand() -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().build()?;
    drop(runtime); //~ nested-block-on: drop
    Ok(())
}

pub async fn runtime_dropped_at_the_end() {
    let runtime = Runtime::new().unwrap();
    let _ = runtime.spawn(answer()).await;
} //~ nested-block-on

/// This block_on does not panic: it stalls the thread that its own future may need.
pub async fn executor_of_futures() -> u32 {
    futures::executor::block_on(answer()) //~ nested-block-on
}
