//! L03: an upload holds a permit and calls a step that takes another one of the same limit. As many uploads as there are
//! permits all wait.

use std::collections::BTreeMap;
use std::sync::Mutex;

/// What the remote side keeps.
#[derive(Default)]
pub struct Remote {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Remote {
    pub fn store(&self, key: &str, body: Vec<u8>) {
        self.objects.lock().unwrap().insert(key.to_owned(), body);
    }

    pub fn len(&self) -> usize {
        self.objects.lock().unwrap().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

pub mod buggy {
    use super::Remote;
    use tokio::sync::Semaphore;

    pub struct Bucket {
        pub remote: Remote,
        limit: Semaphore,
    }

    impl Bucket {
        pub fn new(concurrency: usize) -> Self {
            Bucket { remote: Remote::default(), limit: Semaphore::new(concurrency) }
        }

        pub async fn upload(&self, key: &str, body: Vec<u8>) {
            let _permit = self.limit.acquire().await.expect("the limit is never closed");
            self.put_object(key, body).await; //~ async-relock
        }

        async fn put_object(&self, key: &str, body: Vec<u8>) {
            let _permit = self.limit.acquire().await.expect("the limit is never closed");
            self.remote.store(key, body);
        }
    }
}

pub mod fixed {
    use super::Remote;
    use tokio::sync::Semaphore;

    pub struct Bucket {
        pub remote: Remote,
        limit: Semaphore,
    }

    impl Bucket {
        pub fn new(concurrency: usize) -> Self {
            Bucket { remote: Remote::default(), limit: Semaphore::new(concurrency) }
        }

        pub async fn upload(&self, key: &str, body: Vec<u8>) {
            let _permit = self.limit.acquire().await.expect("the limit is never closed");
            self.put_object(key, body).await;
        }

        async fn put_object(&self, key: &str, body: Vec<u8>) {
            self.remote.store(key, body);
        }
    }
}
