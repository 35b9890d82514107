use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;
use tokio::task::{AbortHandle, JoinHandle, JoinSet};

pub async fn awaited(path: String) -> std::io::Result<String> {
    tokio::spawn(async move { tokio::fs::read_to_string(path).await }).await?
}

pub fn kept(path: String, tasks: &mut JoinSet<std::io::Result<String>>) -> JoinHandle<std::io::Result<()>> {
    tasks.spawn(async move { tokio::fs::read_to_string(path).await });
    tokio::spawn(async { tokio::fs::create_dir("a").await })
}

pub fn no_result(n: u32) {
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        println!("{n}");
    });
}

pub struct Connection {
    task: Mutex<Option<AbortHandle>>,
    turns: Mutex<u32>,
}

impl Connection {
    pub fn start() -> Arc<Connection> {
        let this = Arc::new(Connection { task: Mutex::new(None), turns: Mutex::new(0) });
        let weak: Weak<Connection> = Arc::downgrade(&this);
        let handle = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                let Some(this) = weak.upgrade() else { return };
                *this.turns.lock().unwrap() += 1;
            }
        });
        *this.task.lock().unwrap() = Some(handle.abort_handle());
        this
    }

    pub fn report(self: Arc<Self>) {
        tokio::spawn(async move { println!("{}", *self.turns.lock().unwrap()) });
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(task) = self.task.lock().unwrap().take() {
            task.abort();
        }
    }
}

/// That the other side is gone is no news.
pub fn answered(reply: tokio::sync::oneshot::Sender<u32>, more: tokio::sync::mpsc::Sender<u32>) {
    tokio::spawn(async move { reply.send(1) });
    tokio::spawn(async move { more.send(1).await });
}

async fn always_well(n: u64) -> std::io::Result<()> {
    if n > 1 {
        tokio::time::sleep(Duration::from_secs(n)).await;
    }
    println!("{n}");
    Ok(())
}

/// There is no error that could be lost: the type is there for others of its kind.
pub fn no_error() {
    tokio::spawn(always_well(2));
}
