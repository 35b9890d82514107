use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll};
use tokio::sync::mpsc;

pub async fn yields(flag: &AtomicBool) {
    while !flag.load(Ordering::Acquire) {
        tokio::task::yield_now().await;
    }
}

pub async fn all_there_is(mut rx: mpsc::Receiver<u32>) -> Vec<u32> {
    let mut out = Vec::new();
    while let Ok(n) = rx.try_recv() {
        out.push(n);
    }
    out
}

pub async fn newest(mut rx: mpsc::Receiver<String>, mut last: String) -> String {
    while let Ok(next) = rx.try_recv() {
        last = next;
    }
    while rx.try_recv().is_ok() {}
    last
}

pub async fn step(n: &AtomicU32) -> u32 {
    let mut now = n.load(Ordering::Relaxed);
    loop {
        match n.compare_exchange_weak(now, now + 1, Ordering::AcqRel, Ordering::Relaxed) {
            Ok(old) => return old,
            Err(other) => now = other,
        }
    }
}

pub async fn a_few_times(flag: &AtomicBool) -> bool {
    for _ in 0..100 {
        if flag.load(Ordering::Acquire) {
            return true;
        }
        std::hint::spin_loop();
    }
    let mut left = 100;
    while !flag.load(Ordering::Acquire) && left > 0 {
        left -= 1;
    }
    false
}

pub async fn serves(mut rx: mpsc::Receiver<u32>, mut sum: u32) {
    loop {
        sum += rx.recv().await.unwrap_or(0);
        println!("{sum}");
    }
}

pub struct All<F>(Vec<Option<F>>);

impl<F: Future + Unpin> Future for All<F> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut pending = false;
        for f in self.0.iter_mut() {
            if let Some(work) = f {
                match Pin::new(work).poll(cx) {
                    Poll::Ready(_) => *f = None,
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(()) }
    }
}

pub struct Both<A, B> {
    a: A,
    b: B,
}

impl<A: futures::Stream + Unpin, B: Future<Output = ()> + Unpin> Future for Both<A, B> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let mut again = false;
            if let Poll::Ready(Some(_)) = Pin::new(&mut self.a).poll_next(cx) {
                again = true;
            }
            if Pin::new(&mut self.b).poll(cx).is_ready() {
                return Poll::Ready(());
            }
            if !again {
                return Poll::Pending;
            }
        }
    }
}
