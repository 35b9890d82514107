//! W05: the loop that reads the body, fills a buffer and flushes it ends after a flush that was ready, although more of the body is
//! there: it stopped reading because the buffer was full, so nobody is registered, neither with the body nor with the socket.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// A socket that takes a few chunks at a time.
#[derive(Default)]
pub struct Socket {
    chunks: VecDeque<u32>,
    room: usize,
    writer: Option<Waker>,
    reader: Option<Waker>,
    closed: bool,
}

impl Socket {
    pub fn with_room(room: usize) -> Arc<Mutex<Socket>> {
        Arc::new(Mutex::new(Socket { room, ..Socket::default() }))
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, chunk: u32) -> Poll<()> {
        if self.chunks.len() >= self.room {
            self.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        self.chunks.push_back(chunk);
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
        Poll::Ready(())
    }

    fn close(&mut self) {
        self.closed = true;
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    /// What the peer reads: None when the body is at its end.
    pub fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        if let Some(chunk) = self.chunks.pop_front() {
            if let Some(writer) = self.writer.take() {
                writer.wake();
            }
            return Poll::Ready(Some(chunk));
        }
        if self.closed {
            return Poll::Ready(None);
        }
        self.reader = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// The chunks of a body, handed over by a channel.
pub type Body = tokio::sync::mpsc::Receiver<u32>;

/// So many chunks are collected before they are written.
const BUFFER: usize = 2;

/// What is left to be done with a body.
struct Dispatcher {
    socket: Arc<Mutex<Socket>>,
    body: Body,
    buffer: VecDeque<u32>,
    ended: bool,
}

impl Dispatcher {
    fn new(socket: Arc<Mutex<Socket>>, body: Body) -> Self {
        Dispatcher { socket, body, buffer: VecDeque::new(), ended: false }
    }

    /// Fills the buffer with what is there of the body.
    fn poll_body(&mut self, cx: &mut Context<'_>) {
        while !self.ended && self.buffer.len() < BUFFER {
            match Pin::new(&mut self.body).poll_recv(cx) {
                Poll::Ready(Some(chunk)) => self.buffer.push_back(chunk),
                Poll::Ready(None) => self.ended = true,
                Poll::Pending => return,
            }
        }
    }

    /// Ready when the buffer is written.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut socket = self.socket.lock().unwrap();
        while let Some(&chunk) = self.buffer.front() {
            if socket.poll_write(cx, chunk).is_pending() {
                return Poll::Pending;
            }
            self.buffer.pop_front();
        }
        Poll::Ready(())
    }

    fn done(&self) -> bool {
        self.ended && self.buffer.is_empty()
    }
}

pub mod buggy {
    use super::*;
    use std::future::poll_fn;

    pub async fn dispatch(socket: Arc<Mutex<Socket>>, body: Body) {
        let mut dispatcher = Dispatcher::new(socket, body);
        poll_fn(|cx| {
            dispatcher.poll_body(cx);
            let _ = dispatcher.poll_flush(cx);
            if dispatcher.done() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        dispatcher.socket.lock().unwrap().close();
    }
}

pub mod fixed {
    use super::*;
    use std::future::poll_fn;

    pub async fn dispatch(socket: Arc<Mutex<Socket>>, body: Body) {
        let mut dispatcher = Dispatcher::new(socket, body);
        poll_fn(|cx| {
            loop {
                dispatcher.poll_body(cx);
                let full = dispatcher.buffer.len() >= BUFFER;
                let flushed = dispatcher.poll_flush(cx).is_ready();
                if dispatcher.done() {
                    return Poll::Ready(());
                }
                // Room was made, and the body was not asked to its end: once more.
                if !(flushed && full) {
                    return Poll::Pending;
                }
            }
        })
        .await;
        dispatcher.socket.lock().unwrap().close();
    }
}
