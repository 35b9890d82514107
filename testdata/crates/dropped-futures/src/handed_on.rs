//! The future goes to someone else: nothing is forgotten, or it cannot be known here.

use crate::support::{Boxed, Client, audit, flush, send, send_boxed, send_later};
use std::future::Future;
use std::time::Duration;
use tokio::task::{JoinHandle, JoinSet};

pub fn returned() -> impl Future<Output = u32> {
    send(1)
}

pub fn returned_in_a_box() -> Boxed<u32> {
    Box::pin(async { send(1).await + 1 })
}

pub fn returned_in_a_tuple() -> (u32, Boxed<u32>) {
    (1, send_boxed(1))
}

pub fn returned_from_a_map(next: Option<u32>) -> Option<impl Future<Output = u32>> {
    next.map(send)
}

pub async fn spawned() {
    tokio::spawn(send(1));
    let _ = tokio::spawn(send_later(2));
    let _task = tokio::spawn(async { audit("spawned").await });
    flush().await;
}

pub async fn handle_dropped() {
    drop(tokio::spawn(send(1)));
    let _ = tokio::task::spawn_blocking(|| 1);
    flush().await;
}

pub async fn handle_returned() -> JoinHandle<u32> {
    tokio::spawn(send(1))
}

pub async fn set_of_tasks() -> usize {
    let mut set = JoinSet::new();
    set.spawn(send(1));
    set.spawn(send_later(2));
    set.join_all().await.len()
}

pub async fn given_to_select() {
    tokio::select! {
        _ = send(1) => {}
        _ = flush() => {}
    }
}

pub async fn given_to_join() -> u32 {
    let (a, b, ()) = tokio::join!(send(1), send_later(2), flush());
    a + b
}

pub async fn given_to_timeout() -> bool {
    tokio::time::timeout(Duration::from_millis(5), send(1)).await.is_ok()
}

pub async fn lent_to_select() -> u32 {
    let mut pending = Box::pin(send(1));
    loop {
        tokio::select! {
            n = &mut pending => return n,
            () = tokio::time::sleep(Duration::from_millis(5)) => flush().await,
        }
    }
}

/// Whether the vector is ever polled is not decided here.
pub async fn pushed_into_a_vec() -> usize {
    let mut later: Vec<Boxed<u32>> = Vec::new();
    later.push(send_boxed(1));
    flush().await;
    later.len()
}

pub async fn pushed_and_awaited() -> u32 {
    let mut later = vec![send(1), send(2)];
    let mut sum = 0;
    for pending in later.drain(..) {
        sum += pending.await;
    }
    sum
}

/// A queue whose other end polls.
pub struct Queue {
    jobs: tokio::sync::mpsc::UnboundedSender<Boxed<u32>>,
    kept: Option<Boxed<u32>>,
}

impl Queue {
    pub fn submit(&mut self, n: u32) {
        let _ = self.jobs.send(send_boxed(n));
        self.kept = Some(send_boxed(n));
    }

    pub fn submit_all(&self, jobs: Vec<Boxed<u32>>) -> usize {
        jobs.into_iter().filter_map(|job| self.jobs.send(job).ok()).count()
    }
}

async fn run<F: Future<Output = u32>>(future: F) -> u32 {
    future.await
}

pub async fn given_to_a_generic_function() -> u32 {
    run(send(1)).await
}

pub async fn closure_given_to_a_caller_that_awaits() -> u32 {
    async fn twice<F, T>(make: F) -> u32
    where
        F: Fn(u32) -> T,
        T: Future<Output = u32>,
    {
        make(1).await + make(2).await
    }
    twice(send).await + twice(|n| send_later(n)).await
}

pub fn driven_by_a_runtime(client: &Client) -> std::io::Result<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    Ok(runtime.block_on(client.notify(1)))
}

pub async fn local_set() {
    let local = tokio::task::LocalSet::new();
    local.spawn_local(send(1));
    local.run_until(flush()).await;
}

/// A future that owns another one and polls it.
pub struct Counted<F> {
    inner: std::pin::Pin<Box<F>>,
    polls: u32,
}

impl<F: Future> Future for Counted<F> {
    type Output = (F::Output, u32);

    fn poll(mut self: std::pin::Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> std::task::Poll<Self::Output> {
        self.polls += 1;
        let polls = self.polls;
        self.inner.as_mut().poll(cx).map(|output| (output, polls))
    }
}

pub async fn wrapped_and_awaited() -> u32 {
    let counted = Counted { inner: Box::pin(send(1)), polls: 0 };
    let (n, polls) = counted.await;
    n + polls
}

pub async fn wrapped_and_forgotten() {
    let _counted = Counted { inner: Box::pin(send(1)), polls: 0 }; //~ dropped-future
    flush().await;
}
