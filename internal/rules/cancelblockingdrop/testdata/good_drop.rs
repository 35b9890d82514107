use std::{thread, time::Duration};
use tokio::runtime::Runtime;
use tokio::time::{sleep, timeout};

/// Tells its thread to stop, and does not wait for it.
pub struct Worker(std::sync::mpsc::Sender<()>);

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

async fn never_cancelled() {
    let inner = Runtime::new().unwrap();
    sleep(Duration::from_millis(1)).await;
    inner.shutdown_background();
}

pub async fn awaited() {
    never_cancelled().await;
}

async fn with_a_worker() -> Worker {
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || told.recv());
    let worker = Worker(tell);
    sleep(Duration::from_millis(1)).await;
    worker
}

async fn after_the_last_await() {
    sleep(Duration::from_millis(1)).await;
    let inner = Runtime::new().unwrap();
    inner.shutdown_background();
}

pub async fn limited() {
    let _ = timeout(Duration::from_millis(1), with_a_worker()).await;
    let _ = timeout(Duration::from_millis(1), after_the_last_await()).await;
}

pub async fn kept_outside(inner: &Runtime) {
    let _ = timeout(Duration::from_millis(1), async {
        inner.spawn(async {});
        sleep(Duration::from_millis(1)).await;
    })
    .await;
}
