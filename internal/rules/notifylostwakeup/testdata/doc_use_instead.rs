use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;

pub struct Tasks {
    live: AtomicUsize,
    exit: Notify,
}

impl Tasks {
    pub async fn wait_all(&self) {
        loop {
            let exit = self.exit.notified();
            if self.live.load(Ordering::SeqCst) == 0 {
                return;
            }
            exit.await;
        }
    }

    pub fn leave(&self) {
        if self.live.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.exit.notify_waiters();
        }
    }
}
