//! W05: the loop that reads, writes and flushes ends after a flush that was ready, although more of the body is to be written:
//! nobody is registered with the writing side.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// A socket whose buffer takes a few chunks at a time.
#[derive(Default)]
pub struct Socket {
    buffer: VecDeque<u32>,
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
        if self.buffer.len() >= self.room {
            self.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        self.buffer.push_back(chunk);
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
        if let Some(chunk) = self.buffer.pop_front() {
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

/// What is left to be done with a body.
struct Dispatcher {
    socket: Arc<Mutex<Socket>>,
    body: Body,
    pending: Option<u32>,
    ended: bool,
}

impl Dispatcher {
    fn new(socket: Arc<Mutex<Socket>>, body: Body) -> Self {
        Dispatcher { socket, body, pending: None, ended: false }
    }

    /// Writes as much of the body as is there and has room.
    fn poll_body(&mut self, cx: &mut Context<'_>) {
        loop {
            if self.pending.is_none() && !self.ended {
                match Pin::new(&mut self.body).poll_recv(cx) {
                    Poll::Ready(Some(chunk)) => self.pending = Some(chunk),
                    Poll::Ready(None) => self.ended = true,
                    Poll::Pending => return,
                }
            }
            let Some(chunk) = self.pending else { return };
            let mut socket = self.socket.lock().unwrap();
            // Without room there is nothing to try: the flush will tell.
            if socket.buffer.len() >= socket.room || socket.poll_write(cx, chunk).is_pending() {
                return;
            }
            self.pending = None;
        }
    }

    /// Ready when the buffer has room again.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut socket = self.socket.lock().unwrap();
        if socket.buffer.len() >= socket.room {
            socket.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(())
    }

    fn done(&self) -> bool {
        self.ended && self.pending.is_none()
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
                let flushed = dispatcher.poll_flush(cx).is_ready();
                if dispatcher.done() {
                    return Poll::Ready(());
                }
                if !flushed || dispatcher.pending.is_none() {
                    return Poll::Pending;
                }
            }
        })
        .await;
        dispatcher.socket.lock().unwrap().close();
    }
}
