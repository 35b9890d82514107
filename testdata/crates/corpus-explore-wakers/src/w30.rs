//! W30: a queue of running work that is empty always means "wait", also when the source has ended and nothing will come.

use futures_util::stream::{FuturesOrdered, Stream, StreamExt};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;

pub mod buggy {
    use super::*;

    pub struct ConcurrentMap {
        source: Option<Receiver<u32>>,
        running: FuturesOrdered<JoinHandle<u32>>,
    }

    pub fn concurrent_map(source: Receiver<u32>) -> ConcurrentMap {
        ConcurrentMap { source: Some(source), running: FuturesOrdered::new() }
    }

    impl Stream for ConcurrentMap {
        type Item = u32;

        fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
            if self.source.is_none() && self.running.is_empty() {
                return Poll::Ready(None);
            }
            while let Some(source) = self.source.as_mut() {
                match source.poll_recv(cx) {
                    Poll::Ready(Some(item)) => self.running.push_back(tokio::spawn(async move { item * 2 })),
                    Poll::Ready(None) => self.source = None,
                    Poll::Pending => break,
                }
            }
            match self.running.poll_next_unpin(cx) {
                Poll::Ready(Some(done)) => Poll::Ready(Some(done.expect("the work does not panic"))),
                Poll::Ready(None) | Poll::Pending => Poll::Pending,
            }
        }
    }
}

pub mod fixed {
    use super::*;

    pub struct ConcurrentMap {
        source: Option<Receiver<u32>>,
        running: FuturesOrdered<JoinHandle<u32>>,
    }

    pub fn concurrent_map(source: Receiver<u32>) -> ConcurrentMap {
        ConcurrentMap { source: Some(source), running: FuturesOrdered::new() }
    }

    impl Stream for ConcurrentMap {
        type Item = u32;

        fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
            while let Some(source) = self.source.as_mut() {
                match source.poll_recv(cx) {
                    Poll::Ready(Some(item)) => self.running.push_back(tokio::spawn(async move { item * 2 })),
                    Poll::Ready(None) => self.source = None,
                    Poll::Pending => break,
                }
            }
            match self.running.poll_next_unpin(cx) {
                Poll::Ready(Some(done)) => Poll::Ready(Some(done.expect("the work does not panic"))),
                Poll::Ready(None) if self.source.is_some() => Poll::Pending,
                Poll::Ready(None) => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            }
        }
    }
}
