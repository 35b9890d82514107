use std::{thread, time::Duration};
use tokio::runtime::Runtime;
use tokio::time::{sleep, timeout};

/// Joins its thread when it is dropped.
pub struct Worker(Option<thread::JoinHandle<()>>);

impl Worker {
    pub fn start() -> Worker {
        Worker(Some(thread::spawn(|| thread::sleep(Duration::from_secs(5)))))
    }

    pub fn detach(mut self) {
        self.0.take();
        std::mem::forget(self);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        thread::sleep(Duration::from_secs(5));
    }
}

async fn with_a_runtime() {
    let inner = Runtime::new().unwrap();
    sleep(Duration::from_millis(1)).await; //~ cancel-blocking-drop: when this future is cancelled, `inner` is dropped here
    inner.shutdown_background();
}

pub async fn limited() {
    if timeout(Duration::from_millis(1), with_a_runtime()).await.is_err() {
        println!("too late");
    }
}

async fn with_a_worker() {
    let worker = Worker::start();
    sleep(Duration::from_millis(1)).await; //~ cancel-blocking-drop
    worker.detach();
}

async fn around() {
    with_a_worker().await;
}

pub async fn raced(mut stop: tokio::sync::mpsc::Receiver<()>) {
    loop {
        tokio::select! {
            _ = around() => println!("done"),
            _ = stop.recv() => println!("again"),
        }
    }
}

pub async fn aborted() {
    let task = tokio::spawn(async {
        let worker = Worker::start();
        sleep(Duration::from_millis(1)).await; //~ cancel-blocking-drop
        worker.detach();
    });
    sleep(Duration::from_millis(1)).await;
    task.abort();
}
