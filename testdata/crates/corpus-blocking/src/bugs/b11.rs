//! A lock that is held for long by a thread outside the runtime is taken on a worker of the runtime.
//! To take a lock for a short section is right in async code, and how long the other side holds it is
//! not in the text: the buggy side carries no mark.

use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Default)]
pub struct Subscriptions {
    by_client: HashMap<u64, Vec<String>>,
}

impl Subscriptions {
    pub fn remove_subscriber(&mut self, client: u64) -> usize {
        self.by_client.remove(&client).map_or(0, |queries| queries.len())
    }
}

pub type Shared = Arc<RwLock<Subscriptions>>;

pub mod buggy {
    use super::Shared;

    pub struct ModuleSubscriptions {
        pub subscriptions: Shared,
    }

    impl ModuleSubscriptions {
        pub async fn disconnect(&self, client: u64) -> usize {
            let removed = self.subscriptions.write().remove_subscriber(client);
            tokio::task::yield_now().await;
            removed
        }
    }
}

pub mod fixed {
    use super::Shared;

    pub struct ModuleSubscriptions {
        pub subscriptions: Shared,
    }

    impl ModuleSubscriptions {
        pub async fn disconnect(&self, client: u64) -> usize {
            let subscriptions = self.subscriptions.clone();
            let removing = tokio::task::spawn_blocking(move || subscriptions.write().remove_subscriber(client));
            removing.await.unwrap_or_default()
        }
    }
}
