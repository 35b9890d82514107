//! Values that move after they were pinned.

use std::pin::Pin;
use std::task::{Context, Poll};

/// Two pinned futures are swapped when one is done.
pub mod swapped_in_place {
    use super::*;

    pub struct Buggy<F> {
        now: F,
        next: F,
        turns: u32,
    }

    impl<F: Future<Output = u32>> Future for Buggy<F> {
        type Output = u32;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
            let this = unsafe { self.get_unchecked_mut() };
            if let Poll::Ready(x) = unsafe { Pin::new_unchecked(&mut this.now) }.poll(cx) {
                return Poll::Ready(x);
            }
            this.turns += 1;
            std::mem::swap(&mut this.now, &mut this.next); //~ pin-moved-value
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    }

    pub struct Fixed<F> {
        now: Pin<Box<F>>,
        next: Pin<Box<F>>,
        turns: u32,
    }

    impl<F: Future<Output = u32>> Future for Fixed<F> {
        type Output = u32;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
            let this = &mut *self;
            if let Poll::Ready(x) = this.now.as_mut().poll(cx) {
                return Poll::Ready(x);
            }
            let other = this.next.as_mut().poll(cx);
            this.turns += 1;
            std::mem::swap(&mut this.now, &mut this.next);
            other
        }
    }
}

/// A future that is taken out after it was polled in place.
pub mod taken_out {
    use super::*;

    pub struct Buggy<F> {
        inner: Option<F>,
    }

    impl<F: Future> Buggy<F> {
        pub fn poll_inner(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<F::Output, F>> {
            let this = unsafe { self.get_unchecked_mut() };
            let Some(inner) = this.inner.as_mut() else { return Poll::Pending };
            match unsafe { Pin::new_unchecked(inner) }.poll(cx) {
                Poll::Ready(x) => Poll::Ready(Ok(x)),
                Poll::Pending => match this.inner.take() { //~ pin-moved-value
                    Some(inner) => Poll::Ready(Err(inner)),
                    None => Poll::Pending,
                },
            }
        }
    }

    pub struct Fixed<F> {
        inner: Option<F>,
    }

    impl<F: Future> Future for Fixed<F> {
        type Output = F::Output;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
            let mut inner = unsafe { self.map_unchecked_mut(|this| &mut this.inner) };
            match inner.as_mut().as_pin_mut() {
                Some(future) => {
                    let x = std::task::ready!(future.poll(cx));
                    inner.set(None);
                    Poll::Ready(x)
                }
                None => Poll::Pending,
            }
        }
    }
}

/// Pinned in a `Vec` that grows.
pub mod a_vec_that_grows {
    use super::*;

    pub struct Buggy<F> {
        futures: Vec<F>,
    }

    impl<F: Future<Output = ()>> Buggy<F> {
        pub fn push(&mut self, future: F) {
            self.futures.push(future);
        }

        pub fn poll_all(&mut self, cx: &mut Context<'_>) -> Poll<()> {
            let mut pending = false;
            for future in self.futures.iter_mut() {
                pending |= unsafe { Pin::new_unchecked(future) }.poll(cx).is_pending(); //~ pin-growing-collection
            }
            if pending { Poll::Pending } else { Poll::Ready(()) }
        }
    }

    pub struct Fixed<F> {
        futures: Vec<Pin<Box<F>>>,
    }

    impl<F: Future<Output = ()>> Fixed<F> {
        pub fn push(&mut self, future: F) {
            self.futures.push(Box::pin(future));
        }

        pub fn poll_all(&mut self, cx: &mut Context<'_>) -> Poll<()> {
            let mut pending = false;
            for future in self.futures.iter_mut() {
                pending |= future.as_mut().poll(cx).is_pending();
            }
            if pending { Poll::Pending } else { Poll::Ready(()) }
        }
    }
}

/// Always `Unpin`, and projected as pinned all the same.
pub mod always_unpin {
    use super::*;

    pub struct Buggy<F> {
        inner: F,
    }

    impl<F> Unpin for Buggy<F> {} //~ pin-projection-mismatch

    impl<F: Future> Future for Buggy<F> {
        type Output = F::Output;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
            unsafe { Pin::new_unchecked(&mut self.inner) }.poll(cx)
        }
    }

    pub struct Fixed<F> {
        inner: F,
    }

    impl<F: Unpin> Unpin for Fixed<F> {}

    impl<F: Future> Future for Fixed<F> {
        type Output = F::Output;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
            unsafe { self.map_unchecked_mut(|this| &mut this.inner) }.poll(cx)
        }
    }
}

/// One method hands the field out as movable, another pins it.
pub mod pinned_and_movable {
    use super::*;

    pub struct Buggy<F> {
        inner: F,
        polls: u32,
    }

    impl<F: Future> Buggy<F> {
        pub fn inner_mut(self: Pin<&mut Self>) -> &mut F {
            unsafe { &mut self.get_unchecked_mut().inner } //~ pin-projection-mismatch
        }
    }

    impl<F: Future> Future for Buggy<F> {
        type Output = F::Output;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
            let this = unsafe { self.get_unchecked_mut() };
            this.polls += 1;
            unsafe { Pin::new_unchecked(&mut this.inner) }.poll(cx)
        }
    }

    pub struct Fixed<F> {
        inner: F,
        polls: u32,
    }

    impl<F: Future> Fixed<F> {
        pub fn inner_pin(self: Pin<&mut Self>) -> Pin<&mut F> {
            unsafe { self.map_unchecked_mut(|this| &mut this.inner) }
        }

        pub fn polls(self: Pin<&mut Self>) -> &mut u32 {
            unsafe { &mut self.get_unchecked_mut().polls }
        }
    }

    impl<F: Future> Future for Fixed<F> {
        type Output = F::Output;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
            *self.as_mut().polls() += 1;
            self.inner_pin().poll(cx)
        }
    }
}
