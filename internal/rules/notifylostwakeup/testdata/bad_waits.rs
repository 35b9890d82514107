use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;

#[derive(Default)]
pub struct Notifier {
    live: AtomicUsize,
    done: Mutex<bool>,
    exit: Notify,
    finished: Notify,
}

impl Notifier {
    async fn wait(&self) {
        self.exit.notified().await;
    }

    pub async fn wait_all(&self) {
        let exit = self.wait();
        if self.live.load(Ordering::SeqCst) == 0 {
            return;
        }
        exit.await; //~ notify-lost-wakeup: the wait for `self.exit` is registered only after its condition was looked at
    }

    pub fn leave(&self) {
        if self.live.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.exit.notify_waiters();
        }
    }

    pub async fn until_done(&self) {
        while !*self.done.lock().unwrap() {
            self.finished.notified().await; //~ notify-lost-wakeup
        }
    }

    pub fn finish(&self) {
        *self.done.lock().unwrap() = true;
        self.finished.notify_waiters();
    }
}

/// The look and the wait are in one function, and those who await it have looked at something else.
pub struct Slots {
    jobs: Mutex<Vec<u32>>,
    room: AtomicUsize,
    more_room: Notify,
}

impl Slots {
    async fn put(&self, job: u32) {
        while self.room.load(Ordering::SeqCst) == 0 {
            self.more_room.notified().await; //~ notify-lost-wakeup: the wait for `self.more_room`
        }
        drop(job);
    }

    pub async fn again(&self) {
        if !self.jobs.lock().unwrap().is_empty() {
            self.put(1).await;
        }
    }

    pub async fn twice(&self) {
        if self.jobs.lock().unwrap().len() > 1 {
            self.put(1).await;
            self.put(2).await;
        }
    }

    pub fn free(&self) {
        self.room.fetch_add(1, Ordering::SeqCst);
        self.more_room.notify_waiters();
    }
}
