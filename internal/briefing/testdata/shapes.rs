//! What a briefing reads from code: how futures are run, started and pinned.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub async fn step() {}

pub fn start() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        tokio::spawn(async { step().await });
        tokio::pin! { let pinned = step(); }
        pinned.await;
    });
}

pub async fn local() {
    let set = tokio::task::LocalSet::new();
    set.spawn_local(step());
    set.await;
}

pub struct Ready(u32);

impl Future for Ready {
    type Output = u32;
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> {
        Poll::Ready(self.0)
    }
}

pub fn by_hand(future: &mut Ready) -> Pin<&mut Ready> {
    unsafe { Pin::new_unchecked(future) }
}
