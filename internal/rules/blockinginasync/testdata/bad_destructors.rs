//@ edition: 2024
//@ only: std
//! A destructor that waits for its thread.

use std::thread::JoinHandle;

/// Stops its thread when dropped.
pub struct Worker {
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub fn start() -> Self {
        Worker { thread: Some(std::thread::spawn(|| {})) }
    }

    pub fn is_done(&self) -> bool {
        self.thread.as_ref().is_none_or(|t| t.is_finished())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

pub async fn dropped_by_hand() {
    let worker = Worker::start();
    std::future::ready(()).await;
    drop(worker); //~ blocking-in-async: drop of `Worker`
}

pub async fn dropped_at_the_end() {
    let worker = Worker::start();
    while !worker.is_done() {
        std::future::ready(()).await;
    }
} //~ blocking-in-async

pub async fn dropped_inside_a_field() {
    let pair = (Worker::start(), 1);
    std::future::ready(()).await;
    drop(pair); //~ blocking-in-async
}
