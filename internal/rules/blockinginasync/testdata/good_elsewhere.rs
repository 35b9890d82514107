//@ edition: 2024
//! The blocking work is on the pool, on a thread of its own, or outside of the runtime.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc as sync_mpsc};
use std::time::Duration;

/// A blocking helper, used on the pool only.
fn checksum(path: &Path) -> std::io::Result<u64> {
    let bytes = std::fs::read(path)?;
    Ok(bytes.iter().map(|b| u64::from(*b)).sum())
}

pub async fn bridge_to_the_pool(path: PathBuf) -> std::io::Result<u64> {
    tokio::task::spawn_blocking(move || checksum(&path)).await?
}

pub async fn bridge_in_place(path: &Path) -> std::io::Result<u64> {
    tokio::task::block_in_place(|| checksum(path))
}

pub async fn several_on_the_pool(paths: Vec<PathBuf>) -> u64 {
    let mut tasks = tokio::task::JoinSet::new();
    for path in paths {
        tasks.spawn_blocking(move || checksum(&path).unwrap_or_default());
    }
    tasks.join_all().await.into_iter().sum()
}

pub async fn through_the_handle(path: PathBuf) -> u64 {
    let handle = tokio::runtime::Handle::current();
    let sum = handle.spawn_blocking(move || checksum(&path));
    sum.await.ok().and_then(Result::ok).unwrap_or_default()
}

pub async fn plain_thread_with_a_reply(path: PathBuf) -> Option<u64> {
    let (tx, rx) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("checksum".into())
        .spawn(move || {
            std::thread::sleep(Duration::from_millis(1));
            let _ = tx.send(checksum(&path).ok());
        })
        .ok()?;
    rx.await.ok().flatten()
}

/// The body of a thread; the async side only sends to it.
fn drain(jobs: sync_mpsc::Receiver<u32>, done: Arc<AtomicBool>) {
    while let Ok(job) = jobs.recv() {
        std::thread::sleep(Duration::from_millis(u64::from(job)));
    }
    done.store(true, Ordering::Release);
}

pub async fn feeds_a_plain_thread(jobs: Vec<u32>) {
    let (tx, rx) = sync_mpsc::channel();
    let done = Arc::new(AtomicBool::new(false));
    let flag = done.clone();
    std::thread::spawn(move || drain(rx, flag));
    for job in jobs {
        let _ = tx.send(job);
        tokio::task::yield_now().await;
    }
    drop(tx);
    while !done.load(Ordering::Acquire) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Blocks, and only `sync_main` calls it.
fn load_settings() -> String {
    std::fs::read_to_string("settings.toml").unwrap_or_default()
}

async fn serve(settings: String) -> usize {
    tokio::time::sleep(Duration::from_millis(1)).await;
    settings.len()
}

/// Does its file work before and after the runtime.
pub fn sync_main() -> std::io::Result<usize> {
    let settings = load_settings();
    let runtime = tokio::runtime::Runtime::new()?;
    let n = runtime.block_on(serve(settings));
    runtime.shutdown_timeout(Duration::from_millis(10));
    std::thread::sleep(Duration::from_millis(1));
    std::fs::write("report.txt", n.to_string())?;
    Ok(n)
}

pub async fn async_file(path: &Path) -> std::io::Result<usize> {
    use tokio::io::AsyncReadExt;
    let mut file = tokio::fs::File::open(path).await?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).await?;
    tokio::fs::write(path.with_extension("copy"), &bytes).await?;
    Ok(bytes.len())
}

/// The closure is made here and runs elsewhere.
pub async fn closure_given_away(jobs: &tokio::sync::mpsc::Sender<Box<dyn FnOnce() + Send>>) {
    let job = Box::new(|| std::thread::sleep(Duration::from_millis(1)));
    let _ = jobs.send(job).await;
}

pub async fn closure_for_the_pool(path: PathBuf) -> Option<Vec<u8>> {
    let read = move || std::fs::read(path).ok();
    tokio::task::spawn_blocking(read).await.ok().flatten()
}

/// Runs work in place where the runtime allows it, and knows when that is.
pub struct Spawner {
    pub in_place: bool,
}

impl Spawner {
    pub fn run<R>(&self, work: impl FnOnce() -> R) -> R {
        if self.in_place {
            tokio::task::block_in_place(work)
        } else {
            work()
        }
    }
}

pub async fn through_a_spawner(spawner: &Spawner, path: &std::path::Path) -> Option<Vec<u8>> {
    spawner.run(|| std::fs::read(path).ok())
}
