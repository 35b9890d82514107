use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub struct Logged<F> {
    inner: F,
    polls: u32,
}

impl<F> Unpin for Logged<F> {} //~ pin-projection-mismatch: `inner` is pinned through its owner

impl<F: Future> Future for Logged<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.polls += 1;
        unsafe { Pin::new_unchecked(&mut self.inner) }.poll(cx)
    }
}
