//! Through ordinary calls, recursion, destructors, operators and conversions.

use std::path::{Path, PathBuf};
use std::time::Duration;

mod disk {
    use std::path::Path;

    pub fn size(path: &Path) -> u64 {
        lookup(path).unwrap_or_default()
    }

    fn lookup(path: &Path) -> Option<u64> {
        stat(path).ok()
    }

    fn stat(path: &Path) -> std::io::Result<u64> {
        std::fs::read(path).map(|b| b.len() as u64)
    }
}

pub async fn three_calls_deep(path: &Path) -> u64 {
    tokio::task::yield_now().await;
    disk::size(path) //~ blocking-in-async
}

async fn inner(path: &Path) -> u64 {
    disk::size(path) //~ blocking-in-async
}

/// The async function below this one carries the finding.
pub async fn awaits_one_that_blocks(path: &Path) -> u64 {
    inner(path).await
}

fn walk(path: &Path, depth: usize) -> usize {
    if depth == 0 {
        return 0;
    }
    let Ok(entries) = std::fs::read_dir(path) else { return 0 };
    entries.flatten().map(|e| 1 + walk(&e.path(), depth - 1)).sum()
}

pub async fn recursion(path: &Path) -> usize {
    walk(path, 3) //~ blocking-in-async
}

fn even(n: u32) -> bool {
    if n == 0 { true } else { odd(n - 1) }
}

fn odd(n: u32) -> bool {
    std::thread::sleep(Duration::from_millis(1));
    if n == 0 { false } else { even(n - 1) }
}

pub async fn mutual_recursion(n: u32) -> bool {
    even(n) //~ blocking-in-async
}

fn count_down(n: u32) -> u32 {
    if n == 0 { 0 } else { count_down(n - 1) }
}

pub async fn recursion_without_blocking(n: u32) -> u32 {
    count_down(n)
}

/// Stops its thread when dropped.
pub struct Worker {
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Worker {
    pub fn start() -> Self {
        Worker { thread: Some(std::thread::spawn(|| {})) }
    }

    pub fn is_done(&self) -> bool {
        self.thread.as_ref().is_none_or(|t| t.is_finished())
    }

    /// Lets the thread run on by itself.
    pub fn detach(mut self) {
        self.thread = None;
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

pub async fn dropped_by_hand() {
    let worker = Worker::start();
    tokio::task::yield_now().await;
    drop(worker); //~ blocking-in-async
}

pub async fn dropped_at_the_end() {
    let worker = Worker::start();
    while !worker.is_done() {
        tokio::task::yield_now().await;
    }
} //~ blocking-in-async

pub async fn dropped_inside_a_field() {
    let pair = (Worker::start(), 1);
    tokio::task::yield_now().await;
    drop(pair); //~ blocking-in-async
}

pub async fn dropped_on_the_pool() {
    let worker = Worker::start();
    let _ = tokio::task::spawn_blocking(move || drop(worker)).await;
}

/// A conversion that goes to the disk.
pub struct Settings(pub String);

impl From<PathBuf> for Settings {
    fn from(path: PathBuf) -> Self {
        Settings(std::fs::read_to_string(path).unwrap_or_default())
    }
}

pub async fn conversion(path: PathBuf) -> usize {
    let settings: Settings = path.into(); //~ blocking-in-async
    settings.0.len()
}

/// An iterator that waits for its next item.
pub struct Ticks(pub u32);

impl Iterator for Ticks {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        std::thread::sleep(Duration::from_millis(1));
        self.0 = self.0.checked_sub(1)?;
        Some(self.0)
    }
}

#[rustfmt::skip]
pub async fn blocking_iterator() {
    for _ in Ticks(3) { //~ blocking-in-async
        tokio::task::yield_now().await;
    }
}

pub async fn blocking_iterator_collected() -> Vec<u32> {
    Ticks(3).collect() //~ blocking-in-async
}

fn read_record<R: std::io::Read>(mut from: R) -> std::io::Result<[u8; 4]> {
    let mut record = [0; 4];
    from.read_exact(&mut record)?;
    Ok(record)
}

pub async fn generic_reader_of_a_file(file: std::fs::File) -> std::io::Result<[u8; 4]> {
    read_record(&file) //~ blocking-in-async
}

pub async fn generic_reader_of_memory(bytes: &[u8]) -> std::io::Result<[u8; 4]> {
    read_record(bytes)
}

macro_rules! back_off {
    ($ms:expr) => {
        std::thread::sleep(Duration::from_millis($ms))
    };
}

pub async fn from_a_macro() {
    back_off!(5); //~ blocking-in-async
}
