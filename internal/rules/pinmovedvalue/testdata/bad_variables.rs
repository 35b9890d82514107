use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub fn try_once<F: Future>(mut work: F, cx: &mut Context<'_>) -> Result<F::Output, F> {
    match unsafe { Pin::new_unchecked(&mut work) }.poll(cx) {
        Poll::Ready(out) => Ok(out),
        Poll::Pending => Err(work), //~ pin-moved-value: `work` moves after it was pinned
    }
}

pub async fn first_look(n: u32) -> Option<u32> {
    let mut work = async move { tokio::task::yield_now().await; n };
    let now = std::future::poll_fn(|cx| match unsafe { Pin::new_unchecked(&mut work) }.poll(cx) {
        Poll::Ready(n) => Poll::Ready(Some(n)),
        Poll::Pending => Poll::Ready(None),
    })
    .await;
    match now {
        Some(n) => Some(n),
        None => tokio::spawn(work).await.ok(), //~ pin-moved-value
    }
}

pub fn back<F: Future>(jobs: &mut Vec<F>, cx: &mut Context<'_>) {
    while let Some(mut job) = jobs.pop() {
        if unsafe { Pin::new_unchecked(&mut job) }.poll(cx).is_pending() {
            jobs.push(job); //~ pin-moved-value
            return;
        }
    }
}

pub fn unboxed<F: Future>(mut job: Box<F>, cx: &mut Context<'_>) -> Option<F> {
    if unsafe { Pin::new_unchecked(&mut *job) }.poll(cx).is_ready() {
        return None;
    }
    Some(*job) //~ pin-moved-value
}
