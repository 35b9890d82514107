use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

/// What is assigned over is dropped in place.
pub struct Restart<F> {
    work: Option<F>,
    turns: Vec<u32>,
}

impl<F: Future> Restart<F> {
    pub fn start(self: Pin<&mut Self>, work: F) -> Vec<u32> {
        let this = unsafe { self.get_unchecked_mut() };
        this.work = Some(work);
        std::mem::take(&mut this.turns)
    }

    /// Nothing was pinned yet: an owner can do this before the first poll only.
    pub fn take(&mut self) -> Option<F> {
        self.work.take()
    }

    pub fn into_inner(self) -> Option<F> {
        self.work
    }
}

impl<F: Future> Future for Restart<F> {
    type Output = F::Output;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = unsafe { self.get_unchecked_mut() };
        let work = this.work.as_mut().expect("started");
        match unsafe { Pin::new_unchecked(work) }.poll(cx) {
            Poll::Ready(out) => {
                this.work = None;
                Poll::Ready(out)
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

/// What is moved is Unpin.
pub struct Plain<F: Future + Unpin> {
    work: Option<F>,
}

impl<F: Future + Unpin> Future for Plain<F> {
    type Output = F::Output;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = unsafe { self.get_unchecked_mut() };
        let mut work = this.work.take().expect("started");
        match unsafe { Pin::new_unchecked(&mut work) }.poll(cx) {
            Poll::Ready(out) => Poll::Ready(out),
            Poll::Pending => {
                this.work = Some(work);
                Poll::Pending
            }
        }
    }
}

pub struct Boxed<F> {
    work: Box<Option<Pin<Box<F>>>>,
}

impl<F: Future> Boxed<F> {
    pub fn step(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = unsafe { self.get_unchecked_mut() };
        let mut work = this.work.take().expect("started");
        let out = work.as_mut().poll(cx);
        let mut again = Some(work);
        std::mem::swap(&mut *this.work, &mut again);
        out
    }
}

/// The enum is replaced where it holds nothing pinned.
pub enum Step<F: Future> {
    Running(F),
    Done(F::Output),
    Gone,
}

impl<F: Future> Step<F> {
    pub fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = unsafe { self.get_unchecked_mut() };
        match this {
            Step::Running(work) => {
                let out = match unsafe { Pin::new_unchecked(work) }.poll(cx) {
                    Poll::Ready(out) => out,
                    Poll::Pending => return Poll::Pending,
                };
                *this = Step::Done(out);
                Poll::Ready(())
            }
            _ => Poll::Ready(()),
        }
    }

    pub fn output(self: Pin<&mut Self>) -> Option<F::Output> {
        match &*self {
            Step::Done(_) => {}
            _ => return None,
        }
        match unsafe { std::mem::replace(self.get_unchecked_mut(), Step::Gone) } {
            Step::Done(out) => Some(out),
            _ => unreachable!(),
        }
    }
}

/// The other half is never pinned.
pub struct Pair<A, B> {
    a: A,
    b: Option<B>,
}

impl<A: Future, B> Future for Pair<A, B> {
    type Output = (A::Output, Option<B>);
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = unsafe { self.get_unchecked_mut() };
        match unsafe { Pin::new_unchecked(&mut this.a) }.poll(cx) {
            Poll::Ready(a) => Poll::Ready((a, this.b.take())),
            Poll::Pending => Poll::Pending,
        }
    }
}

pub async fn macros(n: u32) -> u32 {
    let work = pin!(async move { n });
    let more = async { tokio::task::yield_now().await };
    tokio::pin!(more);
    more.as_mut().await;
    work.await
}

pub fn new_each_time<F: Future>(make: impl Fn() -> F, cx: &mut Context<'_>) -> Vec<F> {
    let mut kept = Vec::new();
    for _ in 0..3 {
        let mut work = make();
        if unsafe { Pin::new_unchecked(&mut work) }.poll(cx).is_pending() {
            drop(cx.waker().clone());
        }
        work = make();
        kept.push(work);
    }
    kept
}

/// The Pins change places, not what they lead to.
pub fn pins<'a, F>(a: &mut Pin<&'a mut F>, b: &mut Pin<&'a mut F>) {
    std::mem::swap(a, b);
}

/// The Box and the Vec move, not what is in them.
pub struct All<F> {
    boxed: Pin<Box<[F]>>,
    list: Vec<F>,
    one: Box<F>,
}

impl<F: Future> All<F> {
    pub fn turn(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> (Pin<Box<[F]>>, Vec<F>) {
        let this = unsafe { self.as_mut().get_unchecked_mut() };
        for work in unsafe { this.boxed.as_mut().get_unchecked_mut() }.iter_mut() {
            let _ = unsafe { Pin::new_unchecked(work) }.poll(cx);
        }
        for work in this.list.iter_mut() {
            let _ = unsafe { Pin::new_unchecked(work) }.poll(cx);
        }
        (std::mem::replace(&mut this.boxed, Box::pin([])), std::mem::take(&mut this.list))
    }

    pub fn exchange(mut self: Pin<&mut Self>, other: &mut Box<F>, cx: &mut Context<'_>) {
        let this = unsafe { self.as_mut().get_unchecked_mut() };
        let _ = unsafe { Pin::new_unchecked(&mut *this.one) }.poll(cx);
        std::mem::swap(&mut this.one, other);
    }
}
