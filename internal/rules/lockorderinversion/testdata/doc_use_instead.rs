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

    pub async fn remove(&self, client: u32) -> bool {
        let tx = self.database.lock().await;
        let mut clients = self.clients.write().await;
        *tx > 0 && clients.remove(&client)
    }
}
