//! The tip of a chain is watched through a channel. Two borrows of it in one scope deadlock when a new
//! value is sent between them. No await is involved in `height_twice`, so no rule of this stage sees it
//! and it carries no mark; `next_height` is the same borrow over an await.

use tokio::sync::watch;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct TipBlock {
    pub height: u32,
    pub hash: u64,
}

pub struct LatestTip {
    receiver: watch::Receiver<Option<TipBlock>>,
}

impl LatestTip {
    pub fn new(receiver: watch::Receiver<Option<TipBlock>>) -> Self {
        LatestTip { receiver }
    }
}

pub mod buggy {
    use super::LatestTip;

    impl LatestTip {
        pub async fn height_twice(&self) -> Option<(u32, u64)> {
            tokio::task::yield_now().await;
            let first = self.receiver.borrow();
            let second = self.receiver.borrow();
            Some((first.as_ref()?.height, second.as_ref()?.hash))
        }

        pub async fn next_height(&self, other: &mut super::watch::Receiver<u32>) -> u32 {
            let tip = self.receiver.borrow();
            let _ = other.changed().await; //~ sync-guard-across-await
            tip.as_ref().map_or(0, |block| block.height)
        }
    }
}

pub mod fixed {
    use super::{LatestTip, TipBlock};

    impl LatestTip {
        /// Borrows once, and only while `f` runs.
        fn with_tip<T>(&self, f: impl FnOnce(&TipBlock) -> T) -> Option<T> {
            self.receiver.borrow().as_ref().map(f)
        }

        pub async fn height_and_hash(&self) -> Option<(u32, u64)> {
            tokio::task::yield_now().await;
            self.with_tip(|block| (block.height, block.hash))
        }

        pub async fn height_after(&self, other: &mut super::watch::Receiver<u32>) -> u32 {
            let height = self.with_tip(|block| block.height);
            let _ = other.changed().await;
            height.unwrap_or_default()
        }
    }
}
