//! W20: many streams became available, and one waiter is told.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use tokio::sync::Notify;

#[derive(Default)]
pub struct Credit {
    streams: AtomicU32,
    opened: Notify,
}

impl Credit {
    fn take(&self) -> bool {
        self.streams.fetch_update(SeqCst, SeqCst, |n| n.checked_sub(1)).is_ok()
    }

    pub async fn open(&self) {
        loop {
            let opened = self.opened.notified();
            tokio::pin!(opened);
            opened.as_mut().enable();
            if self.take() {
                return;
            }
            opened.await;
        }
    }
}

pub mod buggy {
    use super::{Credit, SeqCst};

    pub fn available(credit: &Credit, streams: u32) {
        credit.streams.fetch_add(streams, SeqCst);
        credit.opened.notify_one();
    }
}

pub mod fixed {
    use super::{Credit, SeqCst};

    pub fn available(credit: &Credit, streams: u32) {
        credit.streams.fetch_add(streams, SeqCst);
        credit.opened.notify_waiters();
    }
}
