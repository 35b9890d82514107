//@ edition: 2024
//@ only: std
//! Implementations in memory, and objects of which it is not decided which implementation they are.

use std::path::PathBuf;

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

pub async fn concrete_receiver_in_memory(memory: &Memory) -> usize {
    memory.load("a").map_or(0, |bytes| bytes.len())
}

pub async fn default_method_in_memory(memory: &Memory) -> usize {
    memory.length("a")
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

