//@ edition: 2024
//@ only: std
//! Through traits: concrete receivers, generic functions, default methods, an object with one implementation.

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

impl Storage for Disk {
    fn load(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.root.join(name)).ok()
    }
}

fn total<S: Storage>(storage: &S, names: &[&str]) -> usize {
    names.iter().filter_map(|name| storage.load(name)).map(|bytes| bytes.len()).sum()
}

pub async fn concrete_receiver(disk: &Disk) -> usize {
    disk.load("a").map_or(0, |bytes| bytes.len()) //~ blocking-in-async: leads to `std::fs::read`, which blocks the thread on the file system
}

pub async fn default_method(disk: &Disk) -> usize {
    disk.length("a") //~ blocking-in-async
}

pub async fn generic_function(disk: &Disk) -> usize {
    total(disk, &["a", "b"]) //~ blocking-in-async
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
        std::future::ready(()).await;
        self.clock.wait(5); //~ blocking-in-async
    }
}

/// An async function in a trait, without a macro.
pub trait Refresh {
    fn refresh(&mut self) -> impl Future<Output = usize> + Send;
}

impl Refresh for Disk {
    async fn refresh(&mut self) -> usize {
        let depth = self.root.components().count();
        std::future::ready(()).await;
        let bytes = std::fs::read(self.root.join("index")); //~ blocking-in-async
        depth + bytes.map_or(0, |b| b.len())
    }
}
