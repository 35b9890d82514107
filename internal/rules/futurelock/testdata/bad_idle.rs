use futures::future::{Either, select, select_all};
use futures::stream::{FuturesUnordered, StreamExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore, mpsc};

pub struct Service {
    pool: Mutex<Vec<u32>>,
    slots: Arc<Semaphore>,
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

    async fn slot(&self) -> bool {
        self.slots.acquire().await.is_ok()
    }

    pub async fn in_the_body_of_a_branch(&self) -> u32 {
        let mut work = Box::pin(self.work(1));
        loop {
            tokio::select! {
                n = &mut work => return n,
                () = pause() => {
                    println!("{}", self.len().await); //~ futurelock: waits for `self.pool` while `work`, which this task has stopped polling, can be next in the queue for it
                }
            }
        }
    }

    pub async fn behind_a_limit(&self) -> usize {
        let work = self.work(2);
        tokio::pin!(work);
        if tokio::time::timeout(Duration::from_millis(5), &mut work).await.is_err() {
            let n = self.len().await; //~ futurelock
            work.await;
            return n;
        }
        0
    }

    pub async fn behind_a_select(&self) -> usize {
        let work = self.work(3);
        tokio::pin!(work);
        let done = tokio::select! {
            _ = &mut work => true,
            () = pause() => false,
        };
        if done { 0 } else { self.pool.lock().await.len() } //~ futurelock
    }

    pub async fn a_loser_that_is_kept(&self) -> usize {
        match select(Box::pin(self.work(4)), Box::pin(pause())).await {
            Either::Left((n, _)) => n as usize,
            Either::Right(((), rest)) => {
                let n = self.len().await; //~ futurelock: the future that lost
                rest.await;
                n
            }
        }
    }

    pub async fn the_rest_of_many(&self) -> usize {
        let all = vec![Box::pin(self.work(5)), Box::pin(self.work(6))];
        let (_first, _which, rest) = select_all(all).await;
        let n = self.len().await; //~ futurelock
        for work in rest {
            work.await;
        }
        n
    }

    pub async fn the_others_of_a_set(&self) -> usize {
        let mut set = FuturesUnordered::new();
        set.push(self.work(7));
        set.push(self.work(8));
        let mut sum = 0;
        while let Some(n) = set.next().await {
            sum += n as usize + self.len().await; //~ futurelock
        }
        sum
    }

    pub async fn a_buffered_stream(&self) -> usize {
        let mut done = futures::stream::iter([1, 2, 3]).map(|n| self.work(n)).buffer_unordered(2);
        let mut sum = 0;
        while let Some(n) = done.next().await {
            sum += n as usize + self.len().await; //~ futurelock
        }
        sum
    }

    pub async fn a_permit(&self) -> bool {
        let mut slot = Box::pin(self.slot());
        tokio::select! {
            ok = &mut slot => ok,
            () = pause() => {
                let _permit = self.slots.acquire().await; //~ futurelock
                slot.await
            }
        }
    }
}

pub async fn a_place_in_a_channel(sender: mpsc::Sender<u32>) {
    let first = sender.send(1);
    tokio::pin!(first);
    tokio::select! {
        _ = &mut first => {}
        () = pause() => {
            let _ = sender.send(2).await; //~ futurelock
            let _ = first.await;
        }
    }
}

pub async fn holds_it_meanwhile(lock: &futures::lock::Mutex<u32>) {
    let held = async {
        let mut n = lock.lock().await;
        pause().await;
        *n += 1;
    };
    tokio::pin!(held);
    tokio::select! {
        () = &mut held => {}
        () = pause() => *lock.lock().await += 1, //~ futurelock: can hold it
    }
}
