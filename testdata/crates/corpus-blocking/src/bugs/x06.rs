//! A callback of a sync interface needs an async answer. The network loop calls it on a worker.

use tokio::runtime::Handle;
use tokio::sync::RwLock;

#[derive(Default)]
pub struct Cache {
    pieces: RwLock<Vec<u64>>,
}

impl Cache {
    async fn lookup(&self, index: u64) -> Option<u64> {
        self.pieces.read().await.iter().copied().find(|piece| *piece == index)
    }
}

/// Answers requests for pieces in the order they came in.
fn answer_all<F>(requests: &[u64], on_request: F) -> Vec<Option<u64>>
where
    F: Fn(u64) -> Option<u64>,
{
    requests.iter().map(|index| on_request(*index)).collect()
}

pub mod buggy {
    use super::{Cache, answer_all};
    use std::sync::Arc;
    use tokio::runtime::Handle;
    use tokio::sync::mpsc;

    pub async fn serve(cache: Arc<Cache>, mut batches: mpsc::Receiver<Vec<u64>>) -> usize {
        let handle = Handle::current();
        let mut found = 0;
        while let Some(batch) = batches.recv().await {
            let answers = answer_all(&batch, |index| handle.block_on(cache.lookup(index))); //~ nested-block-on
            found += answers.iter().flatten().count();
        }
        found
    }
}

pub mod fixed {
    use super::{Cache, answer_all, lookup_in_place};
    use std::sync::Arc;
    use tokio::runtime::Handle;
    use tokio::sync::mpsc;

    pub async fn serve(cache: Arc<Cache>, mut batches: mpsc::Receiver<Vec<u64>>) -> usize {
        let handle = Handle::current();
        let mut found = 0;
        while let Some(batch) = batches.recv().await {
            let answers = answer_all(&batch, |index| lookup_in_place(&handle, &cache, index));
            found += answers.iter().flatten().count();
        }
        found
    }
}

/// Legal on a runtime with several threads: the worker is taken out of service for the while.
fn lookup_in_place(handle: &Handle, cache: &Cache, index: u64) -> Option<u64> {
    tokio::task::block_in_place(|| handle.block_on(cache.lookup(index)))
}
