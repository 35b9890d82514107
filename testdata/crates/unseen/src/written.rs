//! More polls, wakers and pins written by hand, in the manner of several authors. Marked before pollux was asked.

use futures::task::AtomicWaker;
use futures::{Sink, Stream};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::marker::PhantomPinned;
use std::mem;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::time::{Duration, Instant, Sleep, sleep};

/// A reader with a limit of bytes per period.
pub mod a_reader_that_is_slowed {
    use super::*;

    pub struct Buggy<R> {
        pub inner: R,
        pub left: usize,
        pub refill: Pin<Box<Sleep>>,
    }

    impl<R: AsyncRead + Unpin> AsyncRead for Buggy<R> {
        fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            let me = &mut *self;
            if me.left == 0 {
                if me.refill.as_mut().poll(cx).is_ready() {
                    me.left = 4096;
                    me.refill.as_mut().reset(Instant::now() + Duration::from_millis(100));
                }
                return Poll::Pending; //~? pending-without-waker
            }
            let before = buf.filled().len();
            ready!(Pin::new(&mut me.inner).poll_read(cx, buf))?;
            me.left = me.left.saturating_sub(buf.filled().len() - before);
            Poll::Ready(Ok(()))
        }
    }

    pub struct Fixed<R> {
        pub inner: R,
        pub left: usize,
        pub refill: Pin<Box<Sleep>>,
    }

    impl<R: AsyncRead + Unpin> AsyncRead for Fixed<R> {
        fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            let me = &mut *self;
            while me.left == 0 {
                if me.refill.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                me.left = 4096;
                me.refill.as_mut().reset(Instant::now() + Duration::from_millis(100));
            }
            let before = buf.filled().len();
            ready!(Pin::new(&mut me.inner).poll_read(cx, buf))?;
            me.left = me.left.saturating_sub(buf.filled().len() - before);
            Poll::Ready(Ok(()))
        }
    }
}

/// A value for one thread, with the waker of whoever waits for it.
pub mod a_cell_of_one_thread {
    use super::*;

    pub struct Cell<T> {
        value: Option<T>,
        waiter: Option<Waker>,
    }

    pub struct Buggy<T>(pub Rc<RefCell<Cell<T>>>);

    impl<T> Future for Buggy<T> {
        type Output = T;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
            let mut cell = self.0.borrow_mut();
            match cell.value.take() {
                Some(value) => Poll::Ready(value),
                None => {
                    cell.waiter.get_or_insert_with(|| cx.waker().clone());
                    Poll::Pending //~ stale-waker
                }
            }
        }
    }

    pub struct Fixed<T>(pub Rc<RefCell<Cell<T>>>);

    impl<T> Future for Fixed<T> {
        type Output = T;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
            let mut cell = self.0.borrow_mut();
            match cell.value.take() {
                Some(value) => Poll::Ready(value),
                None => {
                    match &mut cell.waiter {
                        Some(waiter) => waiter.clone_from(cx.waker()),
                        empty => *empty = Some(cx.waker().clone()),
                    }
                    Poll::Pending
                }
            }
        }
    }
}

/// A sink that keeps some items until the inner one has room.
pub mod a_sink_with_a_queue {
    use super::*;

    pub struct Buggy<S, T> {
        pub inner: S,
        pub queue: VecDeque<T>,
        pub most: usize,
    }

    impl<T: Unpin, S: Sink<T> + Unpin> Sink<T> for Buggy<S, T> {
        type Error = S::Error;

        fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
            if self.queue.len() < self.most {
                return Poll::Ready(Ok(()));
            }
            if let Poll::Ready(Err(e)) = self.as_mut().poll_flush(cx) {
                return Poll::Ready(Err(e));
            }
            Poll::Pending //~ pending-without-waker
        }

        fn start_send(mut self: Pin<&mut Self>, item: T) -> Result<(), S::Error> {
            self.queue.push_back(item);
            Ok(())
        }

        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
            while !self.queue.is_empty() {
                ready!(Pin::new(&mut self.inner).poll_ready(cx))?;
                let item = self.queue.pop_front().expect("not empty");
                Pin::new(&mut self.inner).start_send(item)?;
            }
            Pin::new(&mut self.inner).poll_flush(cx)
        }

        fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
            ready!(self.as_mut().poll_flush(cx))?;
            Pin::new(&mut self.inner).poll_close(cx)
        }
    }

    pub struct Fixed<S, T> {
        pub inner: S,
        pub queue: VecDeque<T>,
        pub most: usize,
    }

    impl<T: Unpin, S: Sink<T> + Unpin> Sink<T> for Fixed<S, T> {
        type Error = S::Error;

        fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
            while self.queue.len() >= self.most {
                ready!(Pin::new(&mut self.inner).poll_ready(cx))?;
                let item = self.queue.pop_front().expect("not empty");
                Pin::new(&mut self.inner).start_send(item)?;
            }
            Poll::Ready(Ok(()))
        }

        fn start_send(mut self: Pin<&mut Self>, item: T) -> Result<(), S::Error> {
            self.queue.push_back(item);
            Ok(())
        }

        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
            while !self.queue.is_empty() {
                ready!(Pin::new(&mut self.inner).poll_ready(cx))?;
                let item = self.queue.pop_front().expect("not empty");
                Pin::new(&mut self.inner).start_send(item)?;
            }
            Pin::new(&mut self.inner).poll_flush(cx)
        }

        fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
            ready!(self.as_mut().poll_flush(cx))?;
            Pin::new(&mut self.inner).poll_close(cx)
        }
    }
}

/// All of some futures, in one.
pub mod all_of_them {
    use super::*;

    pub struct Buggy<T> {
        pub parts: Vec<Pin<Box<dyn Future<Output = T>>>>,
        pub done: Vec<T>,
    }

    impl<T: Unpin> Future for Buggy<T> {
        type Output = Vec<T>;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Vec<T>> {
            let this = &mut *self;
            let mut open = 0;
            for part in this.parts.iter_mut() {
                match part.as_mut().poll(cx) { //~? poll-after-completion
                    Poll::Ready(value) => this.done.push(value),
                    Poll::Pending => open += 1,
                }
            }
            if open == 0 { Poll::Ready(mem::take(&mut this.done)) } else { Poll::Pending }
        }
    }

    pub struct Fixed<T> {
        pub parts: Vec<Pin<Box<dyn Future<Output = T>>>>,
        pub done: Vec<T>,
    }

    impl<T: Unpin> Future for Fixed<T> {
        type Output = Vec<T>;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Vec<T>> {
            let Self { parts, done } = &mut *self;
            parts.retain_mut(|part| match part.as_mut().poll(cx) {
                Poll::Ready(value) => {
                    done.push(value);
                    false
                }
                Poll::Pending => true,
            });
            if parts.is_empty() { Poll::Ready(mem::take(done)) } else { Poll::Pending }
        }
    }
}

/// Two futures of which the first is kept when it is done.
pub mod both {
    use super::*;

    pub struct Buggy<A: Future, B: Future> {
        pub left: Pin<Box<A>>,
        pub right: Pin<Box<B>>,
        pub got: Option<A::Output>,
    }

    impl<A: Future<Output = u64>, B: Future> Future for Buggy<A, B> {
        type Output = (u64, B::Output);

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            if let Poll::Ready(value) = self.left.as_mut().poll(cx) { //~? poll-after-completion
                self.got = Some(value);
            }
            let right = ready!(self.right.as_mut().poll(cx)); //~ poll-after-completion
            match self.got {
                Some(left) => Poll::Ready((left, right)),
                None => Poll::Pending,
            }
        }
    }

    pub struct Fixed<A: Future, B: Future> {
        pub left: Option<Pin<Box<A>>>,
        pub right: Pin<Box<B>>,
        pub got: Option<A::Output>,
    }

    impl<A: Future<Output = u64>, B: Future> Future for Fixed<A, B> {
        type Output = (u64, B::Output);

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            if let Some(left) = &mut self.left {
                let value = ready!(left.as_mut().poll(cx));
                self.got = Some(value);
                self.left = None;
            }
            let right = ready!(self.right.as_mut().poll(cx));
            Poll::Ready((self.got.expect("kept"), right))
        }
    }
}

/// A count that somebody else brings down.
pub mod a_latch {
    use super::*;

    pub struct Shared {
        count: AtomicUsize,
        waker: AtomicWaker,
    }

    pub struct Buggy(pub Arc<Shared>);

    impl Future for Buggy {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            if self.0.count.load(Ordering::SeqCst) == 0 {
                Poll::Ready(())
            } else {
                cx.waker().wake_by_ref();
                Poll::Pending //~ waker-busy-loop
            }
        }
    }

    pub struct Fixed(pub Arc<Shared>);

    impl Future for Fixed {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            if self.0.count.load(Ordering::SeqCst) == 0 {
                return Poll::Ready(());
            }
            self.0.waker.register(cx.waker());
            if self.0.count.load(Ordering::SeqCst) == 0 { Poll::Ready(()) } else { Poll::Pending }
        }
    }
}

/// A service that asks a semaphore whether it has room.
pub mod room {
    use super::*;

    pub struct Buggy {
        pub gate: Arc<Semaphore>,
        pub jobs: VecDeque<u32>,
    }

    impl Buggy {
        pub fn poll_next_job(&mut self, cx: &mut Context<'_>) -> Poll<u32> {
            let permit = pin!(self.gate.acquire()); //~ lost-registration
            match permit.poll(cx) {
                Poll::Ready(Ok(permit)) => {
                    permit.forget();
                    Poll::Ready(self.jobs.pop_front().unwrap_or_default())
                }
                Poll::Ready(Err(_)) => Poll::Ready(0),
                Poll::Pending => Poll::Pending,
            }
        }
    }

    /// The waker of a channel stands in the channel, not in the future.
    pub struct Fixed {
        pub jobs: mpsc::Receiver<u32>,
    }

    impl Fixed {
        pub fn poll_next_job(&mut self, cx: &mut Context<'_>) -> Poll<u32> {
            let job = pin!(self.jobs.recv());
            job.poll(cx).map(|job| job.unwrap_or_default())
        }
    }
}

/// A poll under a context of one's own.
pub mod a_context_of_ones_own {
    use super::*;

    pub struct Buggy<F>(pub Pin<Box<F>>);

    impl<F: Future> Future for Buggy<F> {
        type Output = F::Output;

        fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<F::Output> {
            let mut quiet = Context::from_waker(Waker::noop());
            self.0.as_mut().poll(&mut quiet) //~ pending-without-waker
        }
    }

    struct Flag {
        woken: AtomicBool,
        outer: AtomicWaker,
    }

    impl Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.woken.store(true, Ordering::Release);
            self.outer.wake();
        }
    }

    pub struct Fixed<F> {
        inner: Pin<Box<F>>,
        flag: Arc<Flag>,
    }

    impl<F: Future> Future for Fixed<F> {
        type Output = F::Output;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
            self.flag.outer.register(cx.waker());
            if !self.flag.woken.swap(false, Ordering::AcqRel) {
                return Poll::Pending;
            }
            let waker = Waker::from(self.flag.clone());
            self.inner.as_mut().poll(&mut Context::from_waker(&waker))
        }
    }
}

/// A state machine whose state holds the future that it polls.
pub mod a_machine {
    use super::*;

    pub enum Buggy<F, G> {
        First(F, Option<fn(u32) -> G>),
        Second(G),
        Over,
    }

    impl<F: Future<Output = u32>, G: Future> Future for Buggy<F, G> {
        type Output = G::Output;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<G::Output> {
            let this = unsafe { self.get_unchecked_mut() };
            loop {
                match this {
                    Buggy::First(f, _) => {
                        let n = ready!(unsafe { Pin::new_unchecked(f) }.poll(cx));
                        if let Buggy::First(_, Some(then)) = mem::replace(this, Buggy::Over) { //~ pin-moved-value
                            *this = Buggy::Second(then(n));
                        }
                    }
                    Buggy::Second(g) => {
                        let out = ready!(unsafe { Pin::new_unchecked(g) }.poll(cx));
                        *this = Buggy::Over;
                        return Poll::Ready(out);
                    }
                    Buggy::Over => panic!("polled after the end"),
                }
            }
        }
    }

    pub enum Fixed<F, G> {
        First(F, Option<fn(u32) -> G>),
        Second(G),
        Over,
    }

    impl<F: Future<Output = u32>, G: Future> Future for Fixed<F, G> {
        type Output = G::Output;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<G::Output> {
            let this = unsafe { self.get_unchecked_mut() };
            loop {
                match this {
                    Fixed::First(f, then) => {
                        let n = ready!(unsafe { Pin::new_unchecked(f) }.poll(cx));
                        let then = then.take().expect("there until now");
                        *this = Fixed::Second(then(n));
                    }
                    Fixed::Second(g) => {
                        let out = ready!(unsafe { Pin::new_unchecked(g) }.poll(cx));
                        *this = Fixed::Over;
                        return Poll::Ready(out);
                    }
                    Fixed::Over => panic!("polled after the end"),
                }
            }
        }
    }
}

/// A round of tasks that grows.
pub mod a_round {
    use super::*;

    pub struct Buggy<F> {
        tasks: VecDeque<F>,
    }

    impl<F: Future<Output = ()>> Buggy<F> {
        pub fn add(&mut self, task: F) {
            self.tasks.push_back(task);
        }

        pub fn turn(&mut self, cx: &mut Context<'_>) -> usize {
            let mut done = 0;
            for task in &mut self.tasks {
                let task = unsafe { Pin::new_unchecked(task) }; //~ pin-growing-collection
                if task.poll(cx).is_ready() {
                    done += 1;
                }
            }
            done
        }
    }

    pub struct Fixed<F> {
        tasks: VecDeque<Pin<Box<F>>>,
    }

    impl<F: Future<Output = ()>> Fixed<F> {
        pub fn add(&mut self, task: F) {
            self.tasks.push_back(Box::pin(task));
        }

        pub fn turn(&mut self, cx: &mut Context<'_>) -> usize {
            for _ in 0..self.tasks.len() {
                let Some(mut task) = self.tasks.pop_front() else { break };
                if task.as_mut().poll(cx).is_pending() {
                    self.tasks.push_back(task);
                }
            }
            self.tasks.len()
        }
    }
}

/// Accessors of a wrapper.
pub mod accessors {
    use super::*;

    pub struct Buggy<S> {
        stream: S,
        seen: u64,
    }

    impl<S: Stream> Buggy<S> {
        fn stream(self: Pin<&mut Self>) -> Pin<&mut S> {
            unsafe { self.map_unchecked_mut(|this| &mut this.stream) }
        }

        pub fn get_mut(self: Pin<&mut Self>) -> &mut S {
            unsafe { &mut self.get_unchecked_mut().stream } //~ pin-projection-mismatch
        }
    }

    impl<S: Stream> Stream for Buggy<S> {
        type Item = S::Item;

        fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
            self.stream().poll_next(cx)
        }
    }

    pub struct Fixed<S> {
        stream: S,
        seen: u64,
        _pin: PhantomPinned,
    }

    impl<S: Stream> Fixed<S> {
        fn stream(self: Pin<&mut Self>) -> Pin<&mut S> {
            unsafe { self.map_unchecked_mut(|this| &mut this.stream) }
        }

        fn seen(self: Pin<&mut Self>) -> &mut u64 {
            unsafe { &mut self.get_unchecked_mut().seen }
        }

        pub fn get_pin_mut(self: Pin<&mut Self>) -> Pin<&mut S> {
            self.stream()
        }
    }

    impl<S: Stream> Stream for Fixed<S> {
        type Item = S::Item;

        fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
            let item = ready!(self.as_mut().stream().poll_next(cx));
            *self.seen() += 1;
            Poll::Ready(item)
        }
    }
}

/// A writer that counts what the inner one has not flushed.
pub mod a_writer_under_a_pause {
    use super::*;

    pub struct Buggy<W> {
        pub inner: W,
        pub paused: Arc<AtomicBool>,
    }

    impl<W: AsyncWrite + Unpin> AsyncWrite for Buggy<W> {
        fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
            if self.paused.load(Ordering::Relaxed) {
                return Poll::Pending; //~? pending-without-waker
            }
            Pin::new(&mut self.inner).poll_write(cx, buf)
        }

        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.inner).poll_flush(cx)
        }

        fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.inner).poll_shutdown(cx)
        }
    }

    pub struct Fixed<W> {
        pub inner: W,
        pub paused: Arc<AtomicBool>,
        pub resumed: Arc<AtomicWaker>,
    }

    impl<W: AsyncWrite + Unpin> AsyncWrite for Fixed<W> {
        fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
            self.resumed.register(cx.waker());
            if self.paused.load(Ordering::SeqCst) {
                return Poll::Pending;
            }
            Pin::new(&mut self.inner).poll_write(cx, buf)
        }

        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.inner).poll_flush(cx)
        }

        fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.inner).poll_shutdown(cx)
        }
    }
}

/// Items as long as a stop was not asked for.
pub mod until {
    use super::*;

    pub struct Buggy<S> {
        pub items: S,
        pub stop: Arc<Notify>,
    }

    impl<S: Stream + Unpin> Stream for Buggy<S> {
        type Item = S::Item;

        fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
            let me = self.get_mut();
            if pin!(me.stop.notified()).poll(cx).is_ready() { //~ lost-registration
                return Poll::Ready(None);
            }
            Pin::new(&mut me.items).poll_next(cx)
        }
    }

    pub struct Fixed<S> {
        pub items: S,
        pub stop: Pin<Box<dyn Future<Output = ()> + Send>>,
    }

    impl<S: Stream + Unpin> Stream for Fixed<S> {
        type Item = S::Item;

        fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
            let me = self.get_mut();
            match me.stop.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(None),
                Poll::Pending => Pin::new(&mut me.items).poll_next(cx),
            }
        }
    }
}

/// A rest between two items.
pub mod a_rest {
    use super::*;

    pub fn buggy(mut items: mpsc::Receiver<u32>) -> impl Stream<Item = u32> {
        let mut rest: Option<Pin<Box<Sleep>>> = None;
        futures::stream::poll_fn(move |cx| {
            if let Some(wait) = rest.as_mut() {
                ready!(wait.as_mut().poll(cx));
                rest = None;
            }
            match items.poll_recv(cx) {
                Poll::Ready(Some(0)) => {
                    rest = Some(Box::pin(sleep(Duration::from_secs(1))));
                    Poll::Pending //~? pending-without-waker
                }
                other => other,
            }
        })
    }

    pub fn fixed(mut items: mpsc::Receiver<u32>) -> impl Stream<Item = u32> {
        let mut rest: Option<Pin<Box<Sleep>>> = None;
        futures::stream::poll_fn(move |cx| loop {
            if let Some(wait) = rest.as_mut() {
                ready!(wait.as_mut().poll(cx));
                rest = None;
            }
            match items.poll_recv(cx) {
                Poll::Ready(Some(0)) => rest = Some(Box::pin(sleep(Duration::from_secs(1)))),
                other => return other,
            }
        })
    }
}
