//! Through traits: concrete receivers, generic functions, trait objects, default methods.

use async_trait::async_trait;
use std::path::PathBuf;
use std::time::Duration;

/// Where documents are kept.
pub trait Storage {
    fn load(&self, name: &str) -> Option<Vec<u8>>;

    fn length(&self, name: &str) -> usize {
        self.load(name).map_or(0, |bytes| bytes.len())
    }
}

pub struct Disk {
    pub root: PathBuf,
}

pub struct Memory {
    pub documents: Vec<(String, Vec<u8>)>,
}

impl Storage for Disk {
    fn load(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.root.join(name)).ok()
    }
}

impl Storage for Memory {
    fn load(&self, name: &str) -> Option<Vec<u8>> {
        self.documents.iter().find(|(n, _)| n == name).map(|(_, bytes)| bytes.clone())
    }
}

fn total<S: Storage>(storage: &S, names: &[&str]) -> usize {
    names.iter().filter_map(|name| storage.load(name)).map(|bytes| bytes.len()).sum()
}

pub async fn concrete_receiver(disk: &Disk) -> usize {
    disk.load("a").map_or(0, |bytes| bytes.len()) //~ blocking-in-async
}

pub async fn concrete_receiver_in_memory(memory: &Memory) -> usize {
    memory.load("a").map_or(0, |bytes| bytes.len())
}

pub async fn default_method(disk: &Disk) -> usize {
    disk.length("a") //~ blocking-in-async
}

pub async fn default_method_in_memory(memory: &Memory) -> usize {
    memory.length("a")
}

pub async fn generic_function(disk: &Disk) -> usize {
    total(disk, &["a", "b"]) //~ blocking-in-async
}

pub async fn generic_function_in_memory(memory: &Memory) -> usize {
    total(memory, &["a", "b"])
}

/// Two types stand behind this one, and only one of them blocks: not decided.
pub async fn one_of_two(storage: &dyn Storage) -> usize {
    storage.load("a").map_or(0, |bytes| bytes.len())
}

/// Nothing is known of the type here: not decided.
pub async fn any_storage<S: Storage>(storage: &S) -> usize {
    storage.load("a").map_or(0, |bytes| bytes.len())
}

/// The only implementation blocks.
trait Clock {
    fn wait(&self, ms: u64);
}

struct ThreadClock;

impl Clock for ThreadClock {
    fn wait(&self, ms: u64) {
        std::thread::sleep(Duration::from_millis(ms));
    }
}

pub struct Pacer {
    clock: Box<dyn Clock + Send + Sync>,
}

impl Default for Pacer {
    fn default() -> Self {
        Pacer { clock: Box::new(ThreadClock) }
    }
}

impl Pacer {
    pub async fn pace(&self) {
        tokio::task::yield_now().await;
        self.clock.wait(5); //~ blocking-in-async
    }
}

#[async_trait]
pub trait Repository {
    async fn count(&self) -> usize;
    async fn count_elsewhere(&self) -> usize;
}

#[async_trait]
impl Repository for Disk {
    async fn count(&self) -> usize {
        std::fs::read_dir(&self.root).map_or(0, |entries| entries.count()) //~ blocking-in-async
    }

    async fn count_elsewhere(&self) -> usize {
        let root = self.root.clone();
        let count = move || std::fs::read_dir(root).map_or(0, |entries| entries.count());
        tokio::task::spawn_blocking(count).await.unwrap_or_default()
    }
}

/// An async function in a trait, without a macro.
pub trait Refresh {
    fn refresh(&mut self) -> impl Future<Output = usize> + Send;
}

impl Refresh for Disk {
    async fn refresh(&mut self) -> usize {
        let depth = self.root.components().count();
        tokio::task::yield_now().await;
        let bytes = std::fs::read(self.root.join("index")); //~ blocking-in-async
        depth + bytes.map_or(0, |b| b.len())
    }
}
