//@ edition: 2024
//! Tasks, blocks, select!, async traits and hand-written polls: all of it is async code.

use async_trait::async_trait;
use futures::Stream;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll};
use std::time::Duration;

/// A sync function that starts a task.
pub fn start_a_task() -> tokio::task::JoinHandle<usize> {
    tokio::spawn(async {
        tokio::task::yield_now().await;
        std::fs::read("input").map_or(0, |bytes| bytes.len()) //~ blocking-in-async
    })
}

pub fn returns_a_boxed_block() -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async {
        std::thread::sleep(Duration::from_millis(1)); //~ blocking-in-async
    })
}

/// Asks a sync channel instead of an async one.
pub struct NextJob {
    pub jobs: mpsc::Receiver<u32>,
}

impl Future for NextJob {
    type Output = Option<u32>;

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<u32>> {
        Poll::Ready(self.jobs.recv().ok()) //~ blocking-in-async: `std::sync::mpsc::Receiver::recv`
    }
}

/// Lines of a directory listing, read when asked.
pub struct Listing {
    entries: std::fs::ReadDir,
}

impl Listing {
    pub fn open(path: &str) -> std::io::Result<Self> {
        Ok(Listing { entries: std::fs::read_dir(path)? })
    }

    fn read_next(&mut self) -> Option<Vec<u8>> {
        let entry = self.entries.next()?.ok()?;
        std::fs::read(entry.path()).ok()
    }
}

impl Stream for Listing {
    type Item = Vec<u8>;

    fn poll_next(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Vec<u8>>> {
        Poll::Ready(self.read_next()) //~ blocking-in-async
    }
}

pub async fn block_given_to_poll_fn() {
    std::future::poll_fn(|_cx| {
        std::thread::sleep(Duration::from_millis(1)); //~ blocking-in-async
        Poll::Ready(())
    })
    .await;
}

pub async fn in_a_branch_of_join() {
    let first = async {
        std::thread::sleep(Duration::from_millis(1)); //~ blocking-in-async
    };
    tokio::join!(first, tokio::task::yield_now());
}

pub async fn in_a_select_handler(rx: &mut tokio::sync::mpsc::Receiver<String>) {
    tokio::select! {
        Some(text) = rx.recv() => {
            let _ = std::fs::write("last", text); //~ blocking-in-async
        }
        _ = tokio::time::sleep(Duration::from_secs(1)) => {}
        else => {}
    }
}

#[async_trait]
pub trait Repository {
    async fn count(&self) -> usize;
}

#[async_trait]
impl Repository for String {
    async fn count(&self) -> usize {
        std::fs::read_dir(self).map_or(0, |entries| entries.count()) //~ blocking-in-async
    }
}

/// The one future that the thread of main drives: a wait harms nobody else, so it weighs less.
#[tokio::main(flavor = "current_thread")]
pub async fn main() {
    std::thread::sleep(Duration::from_millis(1)); //~ blocking-in-async(warning)
}
