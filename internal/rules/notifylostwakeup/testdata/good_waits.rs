use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;

#[derive(Default)]
pub struct Notifier {
    live: AtomicUsize,
    done: Mutex<bool>,
    exit: Notify,
    finished: Notify,
    stored: Notify,
}

impl Notifier {
    pub async fn made_first(&self) {
        let exit = self.exit.notified();
        if self.live.load(Ordering::SeqCst) == 0 {
            return;
        }
        exit.await;
    }

    pub fn leave(&self) {
        if self.live.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.exit.notify_waiters();
        }
        self.stored.notify_one();
    }

    pub async fn made_under_the_lock(&self) {
        loop {
            let finished = {
                let done = self.done.lock().unwrap();
                if *done {
                    return;
                }
                self.finished.notified()
            };
            finished.await;
        }
    }

    pub fn finish(&self) {
        let mut done = self.done.lock().unwrap();
        *done = true;
        self.finished.notify_waiters();
    }

    pub async fn a_permit_is_stored(&self) {
        while self.live.load(Ordering::SeqCst) > 0 {
            self.stored.notified().await;
        }
    }

    pub async fn made_in_each_turn(&self) {
        loop {
            let exit = self.exit.notified();
            if self.live.load(Ordering::SeqCst) == 0 {
                break;
            }
            exit.await;
        }
    }

    pub async fn without_a_condition(&self) {
        self.exit.notified().await;
    }
}

/// What a caller takes from a queue is no condition of the wait inside of what it awaits then: that function looks itself.
pub struct Retries {
    jobs: Mutex<Vec<u32>>,
    room: AtomicUsize,
    more_room: Notify,
}

impl Retries {
    async fn put(&self, job: u32) {
        loop {
            let more = self.more_room.notified();
            if self.room.load(Ordering::SeqCst) > 0 {
                break;
            }
            more.await;
        }
        drop(job);
    }

    pub async fn again(&self) {
        while let Some(job) = self.next() {
            self.put(job).await;
        }
    }

    fn next(&self) -> Option<u32> {
        self.jobs.lock().unwrap().pop()
    }

    pub async fn inline(&self) {
        if self.jobs.lock().unwrap().is_empty() {
            return;
        }
        self.put(1).await;
    }

    pub fn free(&self) {
        self.room.fetch_add(1, Ordering::SeqCst);
        self.more_room.notify_waiters();
    }
}
