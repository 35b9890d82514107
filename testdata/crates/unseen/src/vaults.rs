//! Locks of other libraries, maps under locks, kept futures and pipelines in the styles of several authors.

use futures::StreamExt;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An upgradable guard, and a writer beside it.
pub mod an_upgrade_by_hand {
    use super::*;
    use async_lock::{RwLock, RwLockUpgradableReadGuard};

    pub struct Prices {
        of: RwLock<BTreeMap<String, u64>>,
    }

    impl Prices {
        pub async fn buggy(&self, name: &str) -> u64 {
            let known = self.of.upgradable_read().await;
            if let Some(price) = known.get(name) {
                return *price;
            }
            let mut all = self.of.write().await; //~ async-relock
            *all.entry(name.to_owned()).or_insert(1)
        }

        pub async fn fixed(&self, name: &str) -> u64 {
            let known = self.of.upgradable_read().await;
            if let Some(price) = known.get(name) {
                return *price;
            }
            let mut all = RwLockUpgradableReadGuard::upgrade(known).await;
            *all.entry(name.to_owned()).or_insert(1)
        }
    }
}

/// A futures mutex under a method that rotates what it protects.
pub mod rotated_under_the_lock {
    use super::*;
    use futures::lock::Mutex;

    #[derive(Clone, Default)]
    pub struct Log {
        lines: Arc<Mutex<Vec<String>>>,
    }

    impl Log {
        async fn rotate(&self) {
            let mut lines = self.lines.lock().await;
            lines.drain(..).for_each(drop);
        }

        pub async fn write_buggy(&self, line: String) {
            let mut lines = self.lines.lock().await;
            lines.push(line);
            if lines.len() > 1000 {
                Log::clone(self).rotate().await; //~ async-relock
            }
        }

        pub async fn write_fixed(&self, line: String) {
            let full = {
                let mut lines = self.lines.lock().await;
                lines.push(line);
                lines.len() > 1000
            };
            if full {
                self.rotate().await;
            }
        }
    }
}

/// A reader in the head of a match, a writer in its arm.
pub mod a_reader_in_the_head {
    use super::*;
    use parking_lot::RwLock;

    #[derive(Default)]
    pub struct Names {
        ids: RwLock<BTreeMap<String, u32>>,
    }

    impl Names {
        pub fn id_buggy(&self, name: &str) -> u32 {
            match self.ids.read().get(name) {
                Some(id) => *id,
                None => self.insert(name), //~ async-relock
            }
        }

        pub fn id_fixed(&self, name: &str) -> u32 {
            let known = self.ids.read().get(name).copied();
            match known {
                Some(id) => id,
                None => self.insert(name),
            }
        }

        fn insert(&self, name: &str) -> u32 {
            let mut ids = self.ids.write();
            let id = ids.len() as u32;
            ids.insert(name.to_owned(), id);
            id
        }
    }
}

/// Downloads of which the first one counts, and a report between that needs what the others may have.
pub mod the_rest_of_select_all {
    use futures::future::select_all;
    use tokio::sync::Mutex;

    async fn download(log: &Mutex<Vec<u32>>, n: u32) -> u32 {
        let mut log = log.lock().await;
        tokio::time::sleep(std::time::Duration::from_millis(n as u64)).await;
        log.push(n);
        n
    }

    pub async fn buggy(log: &Mutex<Vec<u32>>) -> usize {
        let all = [1, 2, 3].map(|n| Box::pin(download(log, n)));
        let (first, _, rest) = select_all(all).await;
        let n = log.lock().await.len() + first as usize; //~ futurelock
        futures::future::join_all(rest).await;
        n
    }

    pub async fn fixed(log: &Mutex<Vec<u32>>) -> usize {
        let all = [1, 2, 3].map(|n| Box::pin(download(log, n)));
        let (first, _, rest) = select_all(all).await;
        futures::future::join_all(rest).await;
        log.lock().await.len() + first as usize
    }
}

/// A pipeline that owns both ends of its channel, of the futures crate.
pub mod a_pipeline_with_both_ends {
    use super::*;
    use futures::channel::mpsc::{Receiver, Sender, channel};

    pub struct Pipeline {
        input: Sender<u32>,
        output: Receiver<u32>,
    }

    impl Pipeline {
        pub fn new() -> Self {
            let (input, output) = channel(16);
            Pipeline { input, output }
        }

        pub fn push(&mut self, n: u32) -> bool {
            self.input.try_send(n).is_ok()
        }

        pub async fn finish_buggy(mut self) -> u32 {
            let mut sum = 0;
            while let Some(n) = self.output.next().await { //~ never-closes
                sum += n;
            }
            sum
        }

        pub async fn finish_fixed(self) -> u32 {
            let Pipeline { input, mut output } = self;
            drop(input);
            let mut sum = 0;
            while let Some(n) = output.next().await {
                sum += n;
            }
            sum
        }
    }
}

/// An entry of a map is held while the map is asked for another.
pub mod an_entry_is_held {
    use super::*;
    use dashmap::DashMap;

    #[derive(Default)]
    pub struct Scores {
        of: DashMap<u32, u64>,
    }

    impl Scores {
        pub fn move_buggy(&self, from: u32, to: u32) {
            if let Some(mut source) = self.of.get_mut(&from) {
                *self.of.entry(to).or_default() += *source; //~ async-relock
                *source = 0;
            }
        }

        pub fn move_fixed(&self, from: u32, to: u32) {
            let taken = self.of.get_mut(&from).map(|mut source| std::mem::take(&mut *source));
            if let Some(taken) = taken {
                *self.of.entry(to).or_default() += taken;
            }
        }
    }

    pub fn both(scores: &Arc<Scores>) {
        scores.move_fixed(1, 2);
    }
}
