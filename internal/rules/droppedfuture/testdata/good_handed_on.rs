//@ edition: 2024
//! The future goes to someone else: nothing is forgotten, or it cannot be known here.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use tokio::task::JoinSet;

pub type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

async fn audit(event: &str) -> usize {
    event.len()
}

async fn send(n: u32) -> u32 {
    n
}

async fn flush() {}

fn send_later(n: u32) -> impl Future<Output = u32> {
    async move { send(n).await }
}

fn send_boxed(n: u32) -> Boxed<u32> {
    Box::pin(send(n))
}

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

pub async fn not_written_yet(file: &mut tokio::fs::File) {
    let _write = tokio::io::AsyncWriteExt::flush(file);
    todo!()
}
