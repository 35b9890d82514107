//! L09, L16, L19, L22, L25, L29: the holder of a lock comes back to it.

pub mod l09 {
    //! Receipts are loaded while the state is locked, and loading locks the state.
    use tokio::sync::RwLock;

    #[derive(Default)]
    pub struct Timeline {
        state: RwLock<Vec<u32>>,
    }

    impl Timeline {
        async fn load(&self, user: u32) -> Option<u32> {
            self.state.read().await.iter().copied().find(|r| *r > user)
        }

        pub async fn populate_buggy(&self, user: u32) {
            let mut state = self.state.write().await;
            if let Some(receipt) = self.load(user).await { //~ async-relock
                state.push(receipt);
            }
        }

        pub async fn populate_fixed(&self, user: u32) {
            let loaded = self.load(user).await;
            let mut state = self.state.write().await;
            if let Some(receipt) = loaded {
                state.push(receipt);
            }
        }
    }
}

pub mod l16 {
    //! A second read of a parking_lot lock while the first guard is alive.
    use parking_lot::RwLock;

    #[derive(Default)]
    pub struct Cache {
        blocks: RwLock<Vec<u64>>,
    }

    impl Cache {
        pub fn insert(&self, block: u64) {
            self.blocks.write().push(block);
        }

        fn latest(&self) -> Option<u64> {
            self.blocks.read().last().copied()
        }

        pub async fn update_buggy(&self) -> u64 {
            let blocks = self.blocks.read();
            blocks.len() as u64 + self.latest().unwrap_or(0) //~ async-relock
        }

        pub async fn update_fixed(&self) -> u64 {
            let blocks = self.blocks.read();
            blocks.len() as u64 + blocks.last().copied().unwrap_or(0)
        }
    }
}

pub mod l19 {
    //! A recursive read of a std lock.
    use std::sync::RwLock;

    #[derive(Default)]
    pub struct Templates {
        known: RwLock<Vec<String>>,
    }

    impl Templates {
        pub fn add(&self, name: &str) {
            self.known.write().unwrap().push(name.to_owned());
        }

        pub fn describe_buggy(&self) -> String {
            let known = self.known.read().unwrap();
            format!("{} of {}", known.len(), self.known.read().unwrap().capacity()) //~ async-relock
        }

        pub fn describe_fixed(&self) -> String {
            let known = self.known.read().unwrap();
            format!("{} of {}", known.len(), known.capacity())
        }
    }
}

pub mod l22 {
    //! What a request carries is dropped under the lock of the store, and its destructor locks the store.
    use std::sync::{Arc, Mutex};

    #[derive(Default)]
    pub struct Store {
        streams: Mutex<Vec<u32>>,
    }

    pub struct StreamRef {
        store: Arc<Store>,
        id: u32,
    }

    impl Drop for StreamRef {
        fn drop(&mut self) {
            self.store.streams.lock().unwrap().retain(|s| *s != self.id);
        }
    }

    pub fn send_buggy(store: &Arc<Store>, id: u32) -> usize {
        let extension = StreamRef { store: store.clone(), id };
        let mut streams = store.streams.lock().unwrap();
        streams.push(id);
        drop(extension); //~ async-relock
        streams.len()
    }

    pub fn send_fixed(store: &Arc<Store>, id: u32) -> usize {
        let extension = StreamRef { store: store.clone(), id };
        drop(extension);
        let mut streams = store.streams.lock().unwrap();
        streams.push(id);
        streams.len()
    }
}

pub mod l25 {
    //! An error callback runs under the lock of the status and calls a method that takes it.
    use std::sync::Mutex;

    #[derive(Default)]
    pub struct Channel {
        status: Mutex<u32>,
    }

    impl Channel {
        fn close(&self) {
            *self.status.lock().unwrap() = 0;
        }

        fn with_status<R>(&self, f: impl FnOnce(&mut u32) -> R) -> R {
            f(&mut self.status.lock().unwrap())
        }

        pub fn fail_buggy(&self) {
            self.with_status(|status| {
                if *status > 3 {
                    self.close(); //~ async-relock
                }
            });
        }

        pub fn fail_fixed(&self) {
            let failed = self.with_status(|status| *status > 3);
            if failed {
                self.close();
            }
        }
    }
}

pub mod l29 {
    //! The guard of the state is alive to the end of the function, and a later call locks the state again.
    use tokio::sync::Mutex;

    #[derive(Default)]
    pub struct Client {
        state: Mutex<Vec<u32>>,
    }

    impl Client {
        async fn trim(&self) {
            self.state.lock().await.truncate(10);
        }

        pub async fn extend_buggy(&self, updates: &[u32]) {
            let mut state = self.state.lock().await;
            state.extend_from_slice(updates);
            if updates.len() > 10 {
                self.trim().await; //~ async-relock
            }
        }

        pub async fn extend_fixed(&self, updates: &[u32]) {
            {
                let mut state = self.state.lock().await;
                state.extend_from_slice(updates);
            }
            if updates.len() > 10 {
                self.trim().await;
            }
        }
    }
}
