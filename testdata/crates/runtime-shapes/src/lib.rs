//! What needs a tokio runtime, and who starts it: the programs in `src/bin` start what stands here.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::future::BoxFuture;
use tokio_retry::{Retry, strategy::FixedInterval};

/// Waits as long as told.
pub async fn nap(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await; //~ wrong-executor
}

/// A dependency's future that sleeps on tokio.
pub async fn again() -> Result<u32, ()> {
    Retry::spawn(FixedInterval::from_millis(1).take(2), || async { Err(()) }).await
}

#[async_trait]
pub trait Clock: Send + Sync {
    async fn tick(&self);
}

pub struct TokioClock;

#[async_trait]
impl Clock for TokioClock {
    async fn tick(&self) {
        tokio::time::interval(Duration::from_millis(1)).tick().await; //~ wrong-executor
    }
}

/// Nobody knows which clock it is.
pub async fn tick(clock: &dyn Clock) {
    clock.tick().await;
}

/// The clock is known where it is called.
pub async fn tick_of<C: Clock>(clock: Arc<C>) {
    clock.tick().await;
}

pub fn later() -> BoxFuture<'static, ()> {
    Box::pin(nap(2))
}

pub struct Service<C> {
    clock: C,
}

impl<C: Clock> Service<C> {
    pub fn new(clock: C) -> Self {
        Service { clock }
    }

    pub async fn serve(&self) {
        self.clock.tick().await;
    }
}

/// Starts tasks of its own.
pub async fn fan_out(n: u64) {
    let mut set = tokio::task::JoinSet::new();
    for i in 0..n {
        set.spawn(nap(i)); //~ wrong-executor
    }
    while set.join_next().await.is_some() {}
}

pub async fn neutral() -> u32 {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    sender.send(1).ok();
    receiver.await.unwrap_or_default()
}
