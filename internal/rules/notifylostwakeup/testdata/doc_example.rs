use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;

pub struct Tasks {
    live: AtomicUsize,
    exit: Notify,
}

impl Tasks {
    pub async fn wait_all(&self) {
        while self.live.load(Ordering::SeqCst) > 0 {
            self.exit.notified().await; //~ notify-lost-wakeup: the wait for `self.exit` is registered only after
        }
    }

    pub fn leave(&self) {
        if self.live.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.exit.notify_waiters();
        }
    }
}
