use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub struct Once<F> {
    work: Option<F>,
}

impl<F: Future> Future for Once<F> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut work = unsafe { self.map_unchecked_mut(|this| &mut this.work) };
        let Some(pinned) = work.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        match pinned.poll(cx) {
            Poll::Ready(out) => {
                work.set(None);
                Poll::Ready(Some(out))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}
