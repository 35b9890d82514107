//! W01: one arm of a `match` puts the event back and returns `Pending` without keeping the waker.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::Waker;

/// What a peer sends on a stream.
#[derive(Debug)]
pub enum Event {
    Data(u32),
    Trailers(u32),
}

/// The receiving half of a stream.
#[derive(Default)]
pub struct Recv {
    events: VecDeque<Event>,
    waker: Option<Waker>,
}

pub type Stream = Arc<Mutex<Recv>>;

impl Recv {
    pub fn receive(&mut self, event: Event) {
        self.events.push_back(event);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Takes data away that nobody reads, as when a body is given up.
    pub fn discard_data(&mut self) {
        self.events.retain(|event| matches!(event, Event::Trailers(_)));
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

pub mod buggy {
    use super::{Event, Stream};
    use std::future::poll_fn;
    use std::task::{Context, Poll};

    fn poll_trailers(stream: &Stream, cx: &mut Context<'_>) -> Poll<u32> {
        let mut recv = stream.lock().unwrap();
        match recv.events.pop_front() {
            Some(Event::Trailers(trailers)) => Poll::Ready(trailers),
            Some(event) => {
                recv.events.push_front(event);
                Poll::Pending
            }
            None => {
                recv.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    pub async fn trailers(stream: &Stream) -> u32 {
        poll_fn(|cx| poll_trailers(stream, cx)).await
    }
}

pub mod fixed {
    use super::{Event, Stream};
    use std::future::poll_fn;
    use std::task::{Context, Poll};

    fn poll_trailers(stream: &Stream, cx: &mut Context<'_>) -> Poll<u32> {
        let mut recv = stream.lock().unwrap();
        match recv.events.pop_front() {
            Some(Event::Trailers(trailers)) => Poll::Ready(trailers),
            Some(event) => {
                recv.events.push_front(event);
                recv.waker = Some(cx.waker().clone());
                Poll::Pending
            }
            None => {
                recv.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    pub async fn trailers(stream: &Stream) -> u32 {
        poll_fn(|cx| poll_trailers(stream, cx)).await
    }
}
