//! A lock that is taken again, by other ways: guards in structs and tuples, clones, closures, async blocks, traits.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard, OwnedMutexGuard, Semaphore, SemaphorePermit};

#[derive(Clone, Default)]
pub struct Handle {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    jobs: Mutex<Vec<u32>>,
    done: Mutex<u32>,
}

pub struct Session<'a> {
    jobs: MutexGuard<'a, Vec<u32>>,
    name: String,
}

pub trait Count {
    fn count(&self) -> impl Future<Output = usize>;
}

impl Count for Handle {
    async fn count(&self) -> usize {
        self.inner.jobs.lock().await.len()
    }
}

impl Handle {
    async fn open(&self, name: &str) -> Session<'_> {
        Session { jobs: self.inner.jobs.lock().await, name: name.to_owned() }
    }

    pub async fn guard_in_a_struct(&self) -> usize {
        let session = self.open("a").await;
        session.jobs.len() + session.name.len() + self.count().await //~ async-relock
    }

    pub async fn owned_guard(self) -> usize {
        let shared = Arc::new(Mutex::new(vec![1]));
        let guard: OwnedMutexGuard<Vec<u32>> = shared.clone().lock_owned().await;
        let n = guard.len() + length(&shared).await; //~ async-relock
        drop(guard);
        n
    }

    pub async fn in_a_while_let_head(&self) {
        while let Some(job) = self.inner.jobs.lock().await.pop() {
            if job > 3 {
                self.push(job - 1).await; //~ async-relock
            }
        }
    }

    async fn push(&self, job: u32) {
        self.inner.jobs.lock().await.push(job);
    }

    pub async fn in_an_async_block(&self) {
        let done = self.inner.done.lock().await;
        let again = async { *self.inner.done.lock().await };
        println!("{} {}", *done, again.await); //~ async-relock
    }

    fn boxed(&self) -> Pin<Box<dyn Future<Output = u32> + '_>> {
        Box::pin(self.finished())
    }

    async fn finished(&self) -> u32 {
        *self.inner.done.lock().await
    }

    pub async fn through_a_box(&self) -> u32 {
        let done = self.inner.done.lock().await;
        *done + self.boxed().await //~ async-relock
    }

    pub async fn guard_in_a_tuple(&self) -> u32 {
        let pair = (self.inner.done.lock().await, 1);
        *pair.0 + pair.1 + self.finished().await //~ async-relock
    }

    pub async fn guard_lent_to_a_helper(&self) -> u32 {
        let mut done = self.inner.done.lock().await;
        self.step(&mut done).await //~ async-relock
    }

    async fn step(&self, done: &mut u32) -> u32 {
        *done += 1;
        self.finished().await
    }

    pub async fn released_in_between(&self) -> u32 {
        let mut done = self.inner.done.lock().await;
        *done += 1;
        drop(done);
        let more = self.finished().await;
        let done = self.inner.done.lock().await;
        *done + more
    }

    pub async fn two_handles(&self, other: &Handle) -> usize {
        let session = self.open("b").await;
        session.jobs.len() + other.count().await
    }
}

async fn length(of: &Mutex<Vec<u32>>) -> usize {
    of.lock().await.len()
}

pub struct Limits {
    calls: Semaphore,
}

impl Limits {
    async fn enter(&self) -> SemaphorePermit<'_> {
        self.calls.acquire().await.expect("never closed")
    }

    pub async fn nested(&self, depth: u32) -> u32 {
        let _permit = self.enter().await;
        if depth > 0 { self.leaf().await } else { 0 } //~ async-relock
    }

    async fn leaf(&self) -> u32 {
        let _permit = self.enter().await;
        1
    }

    pub async fn one_after_the_other(&self) -> u32 {
        {
            let _permit = self.enter().await;
        }
        self.leaf().await
    }
}
