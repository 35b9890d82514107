use futures::future::{Either, select};
use futures::stream::{FuturesUnordered, StreamExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};

pub struct Service {
    pool: Mutex<Vec<u32>>,
    other: Mutex<u32>,
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

impl Service {
    async fn work(&self, n: u32) -> u32 {
        let mut pool = self.pool.lock().await;
        pool.push(n);
        n
    }

    async fn len(&self) -> usize {
        self.pool.lock().await.len()
    }

    pub async fn a_branch_that_owns_it(&self) -> usize {
        tokio::select! {
            n = self.work(1) => n as usize,
            () = pause() => self.len().await,
        }
    }

    pub async fn only_a_timer_in_the_body(&self) -> u32 {
        let mut work = Box::pin(self.work(1));
        loop {
            tokio::select! {
                n = &mut work => return n,
                () = pause() => pause().await,
            }
        }
    }

    pub async fn another_lock(&self) -> u32 {
        let mut work = Box::pin(self.work(1));
        loop {
            tokio::select! {
                n = &mut work => return n,
                () = pause() => *self.other.lock().await += 1,
            }
        }
    }

    pub async fn behind_its_end(&self) -> usize {
        let mut work = Box::pin(self.work(1));
        loop {
            tokio::select! {
                _ = &mut work => break,
                () = pause() => {}
            }
        }
        self.len().await
    }

    pub async fn dropped_first(&self) -> usize {
        let mut work = Box::pin(self.work(1));
        tokio::select! {
            n = &mut work => n as usize,
            () = pause() => {
                drop(work);
                self.len().await
            }
        }
    }

    pub async fn polled_first(&self) -> usize {
        let work = self.work(2);
        tokio::pin!(work);
        if tokio::time::timeout(Duration::from_millis(5), &mut work).await.is_err() {
            work.await;
        }
        self.len().await
    }

    pub async fn a_task_of_its_own(self: Arc<Self>) -> usize {
        let this = self.clone();
        let mut task = tokio::spawn(async move { this.work(3).await });
        tokio::select! {
            _ = &mut task => 0,
            () = pause() => self.len().await,
        }
    }

    pub async fn the_winner_had_it(&self) -> usize {
        match select(Box::pin(self.work(4)), Box::pin(pause())).await {
            Either::Left((_, rest)) => {
                let n = self.len().await;
                rest.await;
                n
            }
            Either::Right(((), rest)) => {
                drop(rest);
                self.len().await
            }
        }
    }

    pub async fn tasks_in_a_set(self: Arc<Self>) -> usize {
        let mut set = FuturesUnordered::new();
        for n in 0..3 {
            let this = self.clone();
            set.push(tokio::spawn(async move { this.work(n).await }));
        }
        let mut sum = 0;
        while set.next().await.is_some() {
            sum += self.len().await;
        }
        sum
    }

    pub async fn after_the_whole_set(&self) -> usize {
        let mut set = FuturesUnordered::new();
        set.push(self.work(7));
        set.push(self.work(8));
        while set.next().await.is_some() {}
        drop(set);
        self.len().await
    }
}

pub async fn only_queues(lock: &futures::lock::Mutex<u32>) {
    let turn = async { *lock.lock().await += 1 };
    tokio::pin!(turn);
    tokio::select! {
        () = &mut turn => {}
        () = pause() => *lock.lock().await += 1,
    }
}

pub async fn a_receiver(mut answers: mpsc::Receiver<u32>, lock: &Mutex<u32>) {
    let next = answers.recv();
    tokio::pin!(next);
    tokio::select! {
        _ = &mut next => {}
        () = pause() => *lock.lock().await += 1,
    }
}
