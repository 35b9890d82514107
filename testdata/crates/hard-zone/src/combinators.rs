//! Combinators.

/// A join of two that keeps the outputs.
pub mod join {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub mod unsound {
        use super::*;

        pub struct Join<A: Future, B: Future> {
            a: Option<A>,
            b: Option<B>,
            first: Option<A::Output>,
        }

        impl<A: Future, B: Future> Future for Join<A, B> {
            type Output = (A::Output, B::Output);
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
                let this = unsafe { self.get_unchecked_mut() };
                if let Some(a) = &mut this.a {
                    if let Poll::Ready(out) = unsafe { Pin::new_unchecked(a) }.poll(cx) {
                        this.first = Some(out);
                        this.a.take(); //~ pin-moved-value
                    }
                }
                let b = this.b.as_mut().expect("not complete");
                match unsafe { Pin::new_unchecked(b) }.poll(cx) {
                    Poll::Ready(b) if this.first.is_some() => Poll::Ready((this.first.take().unwrap(), b)),
                    _ => Poll::Pending, //~? pending-without-waker
                }
            }
        }
    }

    pub mod sound {
        use super::*;

        pub struct Join<A: Future, B: Future> {
            a: Option<A>,
            b: Option<B>,
            first: Option<A::Output>,
            second: Option<B::Output>,
        }

        impl<A: Future, B: Future> Future for Join<A, B> {
            type Output = (A::Output, B::Output);
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
                let this = unsafe { self.get_unchecked_mut() };
                if let Some(a) = &mut this.a {
                    if let Poll::Ready(out) = unsafe { Pin::new_unchecked(a) }.poll(cx) {
                        this.first = Some(out);
                        this.a = None;
                    }
                }
                if let Some(b) = &mut this.b {
                    if let Poll::Ready(out) = unsafe { Pin::new_unchecked(b) }.poll(cx) {
                        this.second = Some(out);
                        this.b = None;
                    }
                }
                match (this.first.take(), this.second.take()) {
                    (Some(a), Some(b)) => Poll::Ready((a, b)),
                    (a, b) => {
                        this.first = a;
                        this.second = b;
                        Poll::Pending
                    }
                }
            }
        }
    }
}

/// A stream adaptor that is Unpin for everybody.
pub mod adaptor {
    use futures::Stream;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub mod unsound {
        use super::*;

        pub struct Numbered<S> {
            inner: S,
            next: usize,
        }

        impl<S> Unpin for Numbered<S> {} //~ pin-projection-mismatch

        impl<S: Stream> Stream for Numbered<S> {
            type Item = (usize, S::Item);
            fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                let this = self.get_mut();
                let inner = unsafe { Pin::new_unchecked(&mut this.inner) };
                inner.poll_next(cx).map(|item| {
                    item.map(|item| {
                        this.next += 1;
                        (this.next, item)
                    })
                })
            }
        }
    }

    pub mod sound {
        use super::*;

        pub struct Numbered<S> {
            inner: S,
            next: usize,
        }

        impl<S: Unpin> Unpin for Numbered<S> {}

        impl<S: Stream> Stream for Numbered<S> {
            type Item = (usize, S::Item);
            fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                let this = unsafe { self.get_unchecked_mut() };
                let inner = unsafe { Pin::new_unchecked(&mut this.inner) };
                inner.poll_next(cx).map(|item| {
                    item.map(|item| {
                        this.next += 1;
                        (this.next, item)
                    })
                })
            }
        }
    }
}

/// A retry that puts a new future in the place of the one that failed.
pub mod retry {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub mod unsound {
        use super::*;

        pub struct Retry<F, M> {
            work: F,
            make: M,
            left: u32,
        }

        impl<F: Future<Output = Option<u32>>, M: FnMut() -> F> Future for Retry<F, M> {
            type Output = Option<u32>;
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
                let this = unsafe { self.get_unchecked_mut() };
                loop {
                    match unsafe { Pin::new_unchecked(&mut this.work) }.poll(cx) {
                        Poll::Ready(None) if this.left > 0 => {
                            this.left -= 1;
                            let mut fresh = (this.make)();
                            std::mem::swap(&mut this.work, &mut fresh); //~ pin-moved-value
                        }
                        other => return other,
                    }
                }
            }
        }
    }

    pub mod sound {
        use super::*;

        pub struct Retry<F, M> {
            work: F,
            make: M,
            left: u32,
        }

        impl<F: Future<Output = Option<u32>>, M: FnMut() -> F> Future for Retry<F, M> {
            type Output = Option<u32>;
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
                let this = unsafe { self.get_unchecked_mut() };
                loop {
                    match unsafe { Pin::new_unchecked(&mut this.work) }.poll(cx) {
                        Poll::Ready(None) if this.left > 0 => {
                            this.left -= 1;
                            this.work = (this.make)();
                        }
                        other => return other,
                    }
                }
            }
        }
    }
}

/// A yield that wakes itself, once and for ever.
pub mod yields {
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Context, Poll};

    pub mod unsound {
        use super::*;

        pub struct Below<'a>(pub &'a AtomicU32, pub u32);

        impl Future for Below<'_> {
            type Output = ();
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
                if self.0.load(Ordering::Acquire) < self.1 {
                    return Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                Poll::Pending //~ waker-busy-loop
            }
        }
    }

    pub mod sound {
        use super::*;

        pub struct Once(pub bool);

        impl Future for Once {
            type Output = ();
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
                if self.0 {
                    return Poll::Ready(());
                }
                self.0 = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}
