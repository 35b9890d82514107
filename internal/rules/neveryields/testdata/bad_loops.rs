use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

pub async fn drained(mut rx: mpsc::Receiver<u32>) -> u32 {
    loop {
        if let Ok(n) = rx.try_recv() { //~ never-yields: this loop looks at `try_recv` over and over
            return n;
        }
    }
}

pub async fn finished(task: JoinHandle<u32>) -> Option<u32> {
    while !task.is_finished() { //~ never-yields
        std::thread::yield_now();
    }
    task.await.ok()
}

async fn stopped(flag: &AtomicBool) -> bool {
    flag.load(Ordering::Acquire)
}

pub async fn locked(m: Arc<Mutex<u32>>) -> u32 {
    loop {
        match m.try_lock() { //~ never-yields
            Ok(n) => return *n,
            Err(_) => std::hint::spin_loop(),
        }
    }
}

pub async fn for_ever(mut n: u64) {
    loop {
        n = n.wrapping_mul(31); //~ never-yields: this loop has no end
        println!("{n}");
    }
}

pub struct Worker<A, B> {
    a: A,
    b: B,
}

impl<A: Future + Unpin, B: Future + Unpin> Future for Worker<A, B> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Poll::Ready(_) = Pin::new(&mut self.a).poll(cx) { //~ never-yields
                return Poll::Ready(());
            }
            if let Poll::Ready(_) = Pin::new(&mut self.b).poll(cx) {
                return Poll::Ready(());
            }
        }
    }
}

pub async fn asks(flag: Arc<AtomicBool>) -> bool {
    stopped(&flag).await
}
