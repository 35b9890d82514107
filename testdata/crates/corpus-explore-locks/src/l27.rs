//! L27: removing one subscription locks the subscriptions and then begins a transaction; everybody else does it the other
//! way round.

pub mod buggy {
    use std::collections::BTreeSet;
    use tokio::sync::{Mutex, RwLock};

    #[derive(Default)]
    pub struct Subscriptions {
        clients: RwLock<BTreeSet<u32>>,
        database: Mutex<u64>,
    }

    impl Subscriptions {
        pub async fn add(&self, client: u32) -> u64 {
            let tx = self.database.lock().await;
            self.clients.write().await.insert(client);
            *tx
        }

        pub async fn remove_single(&self, client: u32) -> bool {
            let mut clients = self.clients.write().await;
            if !clients.remove(&client) {
                return false;
            }
            let tx = self.database.lock().await; //~ lock-order-inversion
            *tx > 0
        }

        /// Commits a change and tells everyone who wants to know.
        pub async fn commit_and_broadcast(&self) -> usize {
            let mut tx = self.database.lock().await;
            *tx += 1;
            self.clients.read().await.len()
        }
    }
}

pub mod fixed {
    use std::collections::BTreeSet;
    use tokio::sync::{Mutex, RwLock};

    #[derive(Default)]
    pub struct Subscriptions {
        clients: RwLock<BTreeSet<u32>>,
        database: Mutex<u64>,
    }

    impl Subscriptions {
        pub async fn add(&self, client: u32) -> u64 {
            let tx = self.database.lock().await;
            self.clients.write().await.insert(client);
            *tx
        }

        pub async fn remove_single(&self, client: u32) -> bool {
            let removed = self.clients.write().await.remove(&client);
            if !removed {
                return false;
            }
            let tx = self.database.lock().await;
            *tx > 0
        }

        /// Commits a change and tells everyone who wants to know.
        pub async fn commit_and_broadcast(&self) -> usize {
            let mut tx = self.database.lock().await;
            *tx += 1;
            self.clients.read().await.len()
        }
    }
}
