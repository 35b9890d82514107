//! Futures that are polled again after they are complete.

/// async-std throttle: the delay is polled again while the stream has nothing.
pub mod w33 {
    use futures::{Stream, StreamExt};
    use std::time::Duration;

    pub mod buggy {
        use super::*;
        use std::future::Future;
        use std::pin::Pin;
        use std::task::{Context, Poll};

        pub struct Throttle<S> {
            pub stream: S,
            pub length: Duration,
            pub delay: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
        }

        impl<S: Stream + Unpin> Stream for Throttle<S> {
            type Item = S::Item;
            fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
                let this = &mut *self;
                if let Some(delay) = this.delay.as_mut() {
                    if delay.as_mut().poll(cx).is_pending() { //~ poll-after-completion
                        return Poll::Pending;
                    }
                }
                match this.stream.poll_next_unpin(cx) {
                    Poll::Pending => Poll::Pending,
                    Poll::Ready(None) => Poll::Ready(None),
                    Poll::Ready(Some(v)) => {
                        this.delay = Some(Box::pin(tokio::time::sleep(this.length)));
                        Poll::Ready(Some(v))
                    }
                }
            }
        }
    }

    pub mod fixed {
        use super::*;
        use std::future::Future;
        use std::pin::Pin;
        use std::task::{Context, Poll};

        pub struct Throttle<S> {
            pub stream: S,
            pub length: Duration,
            pub delay: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
        }

        impl<S: Stream + Unpin> Stream for Throttle<S> {
            type Item = S::Item;
            fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
                let this = &mut *self;
                if let Some(delay) = this.delay.as_mut() {
                    if delay.as_mut().poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                    this.delay = None;
                }
                match this.stream.poll_next_unpin(cx) {
                    Poll::Pending => Poll::Pending,
                    Poll::Ready(None) => Poll::Ready(None),
                    Poll::Ready(Some(v)) => {
                        this.delay = Some(Box::pin(tokio::time::sleep(this.length)));
                        Poll::Ready(Some(v))
                    }
                }
            }
        }
    }
}

/// subspace #3142: the future is polled first on each call, then buffered items are given.
pub mod w38 {
    use tokio::sync::mpsc::UnboundedReceiver;

    pub mod buggy {
        use super::*;
        use futures::Stream;
        use std::future::Future;
        use std::pin::Pin;
        use std::task::{Context, Poll};

        pub fn pieces(work: impl Future<Output = ()>, mut out: UnboundedReceiver<u32>) -> impl Stream<Item = u32> {
            let mut work = Box::pin(work);
            futures::stream::poll_fn(move |cx: &mut Context<'_>| -> Poll<Option<u32>> {
                let over = work.as_mut().poll(cx).is_ready(); //~? poll-after-completion
                if let Ok(piece) = out.try_recv() {
                    return Poll::Ready(Some(piece));
                }
                if over { Poll::Ready(None) } else { Poll::Pending }
            })
        }

        pub fn pinned<T>(t: T) -> Pin<Box<T>> {
            Box::pin(t)
        }
    }

    pub mod fixed {
        use super::*;
        use futures::{FutureExt, Stream};
        use std::future::Future;
        use std::task::{Context, Poll};

        pub fn pieces(work: impl Future<Output = ()>, mut out: UnboundedReceiver<u32>) -> impl Stream<Item = u32> {
            let mut work = Box::pin(work.fuse());
            futures::stream::poll_fn(move |cx: &mut Context<'_>| -> Poll<Option<u32>> {
                if let Ok(piece) = out.try_recv() {
                    return Poll::Ready(Some(piece));
                }
                work.as_mut().poll(cx).map(|()| None)
            })
        }
    }
}
