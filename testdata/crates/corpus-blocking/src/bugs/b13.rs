//! An executor for a sync engine: it hands the future to the runtime and waits for the answer on a
//! channel. Called from a worker, it waits for a worker.

use std::future::Future;
use std::sync::mpsc::channel;
use tokio::runtime::Handle;

pub trait TaskExecutor: Send + Sync + 'static {
    fn block_on<T>(&self, task: T) -> T::Output
    where
        T: Future + Send + 'static,
        T::Output: Send + 'static;
}

pub struct MultiThreadExecutor {
    pub handle: Handle,
}

impl TaskExecutor for MultiThreadExecutor {
    fn block_on<T>(&self, task: T) -> T::Output
    where
        T: Future + Send + 'static,
        T::Output: Send + 'static,
    {
        let (sender, receiver) = channel();
        self.handle.spawn(async move {
            let _ = sender.send(task.await);
        });
        receiver.recv().expect("the task went away without an answer")
    }
}

async fn read_footer(path: String) -> Vec<u8> {
    tokio::fs::read(path).await.unwrap_or_default()
}

pub struct FileHandler<E> {
    pub executor: E,
}

impl<E: TaskExecutor> FileHandler<E> {
    /// The engine's interface is synchronous.
    pub fn read_files(&self, paths: &[String]) -> Vec<Vec<u8>> {
        paths.iter().map(|path| self.executor.block_on(read_footer(path.clone()))).collect()
    }
}

pub mod buggy {
    use super::{FileHandler, MultiThreadExecutor};
    use std::sync::Arc;

    pub async fn load_log(handler: Arc<FileHandler<MultiThreadExecutor>>, segments: Vec<String>) -> usize {
        tokio::task::yield_now().await;
        let footers = handler.read_files(&segments); //~ blocking-in-async
        footers.iter().map(Vec::len).sum()
    }
}

pub mod fixed {
    use super::{FileHandler, MultiThreadExecutor};
    use std::sync::Arc;

    pub async fn load_log(handler: Arc<FileHandler<MultiThreadExecutor>>, segments: Vec<String>) -> usize {
        tokio::task::yield_now().await;
        let reading = tokio::task::spawn_blocking(move || handler.read_files(&segments));
        let footers = reading.await.unwrap_or_default();
        footers.iter().map(Vec::len).sum()
    }
}
