//! risingwave #5432: the first caller who misses the cache installs a notification and asks the server; others wait for the notification.
//! Cancelled while it asks, the first caller neither clears the slot nor notifies, and every later caller waits for ever.

use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

pub async fn fetch(server: &mpsc::Sender<u32>) -> u32 {
    let _ = server.send(7).await;
    7
}

pub mod buggy {
    use super::*;

    #[derive(Default)]
    pub struct Cache {
        pub value: Mutex<Option<u32>>,
        pub asking: Mutex<Option<Arc<Notify>>>,
    }

    impl Cache {
        pub async fn get(&self, server: &mpsc::Sender<u32>) -> u32 {
            loop {
                if let Some(value) = *self.value.lock().unwrap() {
                    return value;
                }
                let waits = self.asking.lock().unwrap().clone();
                if let Some(waits) = waits {
                    waits.notified().await;
                    continue;
                }
                let notify = Arc::new(Notify::new());
                *self.asking.lock().unwrap() = Some(notify.clone());
                let value = fetch(server).await; //~ cancel-torn-state
                *self.value.lock().unwrap() = Some(value);
                *self.asking.lock().unwrap() = None;
                notify.notify_waiters();
            }
        }
    }

    pub async fn lookup(cache: &Cache, server: &mpsc::Sender<u32>) -> Option<u32> {
        timeout(Duration::from_millis(10), cache.get(server)).await.ok()
    }
}

pub mod fixed {
    use super::*;

    #[derive(Default)]
    pub struct Cache {
        pub value: Mutex<Option<u32>>,
        pub asking: Mutex<Option<Arc<Notify>>>,
    }

    /// Clears the slot and wakes everybody, whatever happens to its owner.
    struct Leader<'a>(&'a Cache, Arc<Notify>);

    impl Drop for Leader<'_> {
        fn drop(&mut self) {
            *self.0.asking.lock().unwrap() = None;
            self.1.notify_waiters();
        }
    }

    impl Cache {
        pub async fn get(&self, server: &mpsc::Sender<u32>) -> u32 {
            loop {
                if let Some(value) = *self.value.lock().unwrap() {
                    return value;
                }
                let waits = self.asking.lock().unwrap().clone();
                if let Some(waits) = waits {
                    let notified = waits.notified();
                    if self.asking.lock().unwrap().is_some() {
                        notified.await;
                    }
                    continue;
                }
                let leader = Leader(self, Arc::new(Notify::new()));
                *self.asking.lock().unwrap() = Some(leader.1.clone());
                let value = fetch(server).await;
                *self.value.lock().unwrap() = Some(value);
                drop(leader);
            }
        }
    }

    pub async fn lookup(cache: &Cache, server: &mpsc::Sender<u32>) -> Option<u32> {
        timeout(Duration::from_millis(10), cache.get(server)).await.ok()
    }
}
