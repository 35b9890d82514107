//! Tasks of known shapes for tokio-console's warnings.
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

pub async fn normal() {
    loop {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub struct LostWaker;

impl Future for LostWaker {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}

pub struct SelfWake;

impl Future for SelfWake {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        std::thread::sleep(Duration::from_millis(1)); //~ blocking-in-async
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

pub async fn never_yields(time: Duration) {
    let begin = Instant::now();
    while begin.elapsed() < time {
        std::hint::spin_loop();
    }
}

pub async fn large() {
    let bytes = [1u8; 1500];
    normal().await;
    std::hint::black_box(&bytes);
}

pub async fn huge() {
    let bytes = [1u8; 40_000];
    normal().await;
    std::hint::black_box(&bytes);
}
