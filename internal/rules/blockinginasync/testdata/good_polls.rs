//@ edition: 2024
//! Hand-written polls and streams that look without waiting.

use std::future::Future;
use std::io::Write;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll};

/// Reads before the task starts; whether that is in time is up to the caller.
pub fn read_and_start() -> tokio::task::JoinHandle<usize> {
    let bytes = std::fs::read("input").unwrap_or_default();
    tokio::spawn(async move {
        tokio::task::yield_now().await;
        bytes.len()
    })
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

pub async fn async_locks(counter: &tokio::sync::Mutex<u32>, rx: &mut tokio::sync::mpsc::Receiver<u32>) -> u32 {
    let mut g = counter.lock().await;
    *g += rx.recv().await.unwrap_or_default();
    *g
}

/// A stream that is not a file: sends into a channel, never waits.
pub struct ChannelWriter(pub tokio::sync::mpsc::UnboundedSender<Vec<u8>>);

impl Write for ChannelWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let _ = self.0.send(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub async fn writes_into_a_channel(writer: &mut ChannelWriter) -> std::io::Result<()> {
    writer.write_all(b"line\n")?;
    writer.flush()
}
