//! Tasks, blocks and hand-written futures and streams. A `poll` is async code like an async body.

use futures_core::Stream;
use std::future::Future;
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

/// Reads before the task starts; whether that is in time is up to the caller.
pub fn read_and_start() -> tokio::task::JoinHandle<usize> {
    let bytes = std::fs::read("input").unwrap_or_default();
    tokio::spawn(async move {
        tokio::task::yield_now().await;
        bytes.len()
    })
}

pub fn returns_a_block() -> impl Future<Output = ()> {
    async {
        std::thread::sleep(Duration::from_millis(1)); //~ blocking-in-async
    }
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
        Poll::Ready(self.jobs.recv().ok()) //~ blocking-in-async
    }
}

pub async fn awaits_the_hand_written_future(jobs: mpsc::Receiver<u32>) -> Option<u32> {
    NextJob { jobs }.await
}

/// Looks without waiting.
pub struct TryNextJob {
    pub jobs: mpsc::Receiver<u32>,
}

impl Future for TryNextJob {
    type Output = Option<u32>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        match self.jobs.try_recv() {
            Ok(job) => Poll::Ready(Some(job)),
            Err(mpsc::TryRecvError::Disconnected) => Poll::Ready(None),
            Err(mpsc::TryRecvError::Empty) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
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
