//@ edition: 2024
//! The same needs where a runtime is there, or may be, and things that need none.

use std::time::Duration;

use futures::executor::block_on;

async fn nap() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

pub fn on_a_runtime() {
    tokio::runtime::Runtime::new().unwrap().block_on(nap());
}

pub fn through_a_handle(handle: &tokio::runtime::Handle) {
    handle.block_on(nap());
}

pub fn entered(runtime: &tokio::runtime::Runtime) {
    let _guard = runtime.enter();
    block_on(async {
        tokio::fs::read("x").await.ok();
    });
}

pub fn entered_by_the_caller(runtime: &tokio::runtime::Runtime) {
    let _guard = runtime.enter();
    drives();
}

fn drives() {
    block_on(async {
        tokio::fs::read("y").await.ok();
    });
}

pub fn entered_inside(handle: tokio::runtime::Handle) {
    block_on(async move {
        let _guard = handle.enter();
        tokio::time::sleep(Duration::from_millis(1)).await;
    });
}

pub async fn called_from_async_code() {
    drives_too();
}

fn drives_too() {
    block_on(async {
        tokio::fs::read("z").await.ok();
    });
}

pub fn neutral() {
    block_on(async {
        let (tx, mut rx) = tokio::sync::mpsc::channel(1);
        tx.send(1).await.ok();
        rx.recv().await;
        *tokio::sync::Mutex::new(1).lock().await += 1;
        tokio::task::yield_now().await;
        tokio::sync::Notify::new().notify_one();
        tokio::select! {
            _ = std::future::ready(1) => {}
            _ = rx.recv() => {}
        }
    });
}

pub fn asks_first() {
    block_on(async {
        if tokio::runtime::Handle::try_current().is_ok() {
            tokio::spawn(async {});
        }
    });
}

pub fn spawned_elsewhere(runtime: &tokio::runtime::Runtime) {
    let task = runtime.spawn(nap());
    block_on(task).ok();
}

pub fn waits_for_a_handle(handle: tokio::runtime::Handle) {
    block_on(async move {
        handle.spawn(nap()).await.ok();
    });
}

pub fn not_polled() {
    block_on(async {
        let _later = nap();
    });
}

pub fn blocking_pool() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        tokio::task::spawn_blocking(|| tokio::runtime::Handle::current().block_on(nap())).await.ok();
    });
}

pub fn thread_with_a_handle(handle: tokio::runtime::Handle) {
    std::thread::spawn(move || {
        let _guard = handle.enter();
        tokio::spawn(nap());
    });
}

pub fn thread_with_a_runtime() {
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            tokio::spawn(nap());
        });
    });
}

pub fn block_in_place_outside() {
    block_on(async { tokio::task::block_in_place(|| 1) });
}

#[tokio::main]
pub async fn main() {
    nap().await;
    tokio::spawn(nap()).await.ok();
}
