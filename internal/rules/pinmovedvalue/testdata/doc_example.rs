use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub struct Once<F> {
    work: Option<F>,
}

impl<F: Future> Future for Once<F> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = unsafe { self.get_unchecked_mut() };
        let Some(work) = this.work.as_mut() else { return Poll::Ready(None) };
        match unsafe { Pin::new_unchecked(work) }.poll(cx) {
            Poll::Ready(out) => {
                drop(this.work.take()); //~ pin-moved-value: `work` moves after it was pinned
                Poll::Ready(Some(out))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}
