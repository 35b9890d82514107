//! A streamer of blocks that reads payloads out of a key-value database on disk.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

pub type Root = u64;

#[derive(Debug)]
pub enum StoreError {
    Io(io::Error),
    Missing(Root),
}

/// What a database backend offers.
pub trait KeyValueStore: Send + Sync + 'static {
    fn get_bytes(&self, key: Root) -> Result<Vec<u8>, StoreError>;
}

/// One file per key.
pub struct DiskStore {
    pub directory: PathBuf,
}

impl KeyValueStore for DiskStore {
    fn get_bytes(&self, key: Root) -> Result<Vec<u8>, StoreError> {
        let mut file = File::open(self.directory.join(key.to_string())).map_err(StoreError::Io)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(StoreError::Io)?;
        Ok(bytes)
    }
}

/// For tests: nothing here waits.
#[derive(Default)]
pub struct MemoryStore {
    pub values: HashMap<Root, Vec<u8>>,
}

impl KeyValueStore for MemoryStore {
    fn get_bytes(&self, key: Root) -> Result<Vec<u8>, StoreError> {
        self.values.get(&key).cloned().ok_or(StoreError::Missing(key))
    }
}

pub struct HotColdDb<S> {
    pub hot: S,
}

impl<S: KeyValueStore> HotColdDb<S> {
    pub fn payload(&self, root: Root) -> Result<Option<Vec<u8>>, StoreError> {
        match self.hot.get_bytes(root) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(StoreError::Missing(_)) => Ok(None),
            Err(e) => Err(e),
        }
    }
}

pub mod buggy {
    use super::{DiskStore, HotColdDb, MemoryStore, Root, StoreError};
    use std::sync::Arc;
    use tokio::sync::mpsc;

    pub struct BlockStreamer {
        pub store: Arc<HotColdDb<DiskStore>>,
        pub replies: mpsc::Sender<(Root, Option<Vec<u8>>)>,
    }

    impl BlockStreamer {
        async fn load_payloads(&self, roots: &[Root]) -> Vec<(Root, Result<Option<Vec<u8>>, StoreError>)> {
            let mut loaded = Vec::with_capacity(roots.len());
            for root in roots {
                loaded.push((*root, self.store.payload(*root))); //~ blocking-in-async
            }
            loaded
        }

        pub async fn stream(&self, roots: &[Root]) -> Result<(), StoreError> {
            for (root, payload) in self.load_payloads(roots).await {
                let _ = self.replies.send((root, payload?)).await;
            }
            Ok(())
        }
    }

    /// The same call on the store in memory does not block.
    pub async fn first_in_memory(store: &HotColdDb<MemoryStore>, roots: &[Root]) -> Option<Vec<u8>> {
        let first = store.payload(*roots.first()?).ok().flatten();
        tokio::task::yield_now().await;
        first
    }
}

pub mod fixed {
    use super::{DiskStore, HotColdDb, Root, StoreError};
    use std::sync::Arc;
    use tokio::sync::mpsc;

    pub struct BlockStreamer {
        pub store: Arc<HotColdDb<DiskStore>>,
        pub replies: mpsc::Sender<(Root, Option<Vec<u8>>)>,
    }

    impl BlockStreamer {
        fn load_payloads(&self, roots: Vec<Root>) -> Vec<(Root, Result<Option<Vec<u8>>, StoreError>)> {
            roots.into_iter().map(|root| (root, self.store.payload(root))).collect()
        }

        pub async fn stream(self: Arc<Self>, roots: Vec<Root>) -> Result<(), StoreError> {
            let this = self.clone();
            let loading = tokio::task::spawn_blocking(move || this.load_payloads(roots));
            for (root, payload) in loading.await.unwrap_or_default() {
                let _ = self.replies.send((root, payload?)).await;
            }
            Ok(())
        }
    }
}
