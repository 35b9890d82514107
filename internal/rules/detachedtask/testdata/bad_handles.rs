use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::{AbortHandle, JoinHandle};

pub fn forgotten(path: String) {
    let _ = tokio::spawn(async move { //~ detached-task: the `Result` of this task is lost with its handle
        let text = tokio::fs::read_to_string(path).await?;
        println!("{text}");
        Ok::<(), std::io::Error>(())
    });
}

pub fn blocking(path: String) {
    tokio::task::spawn_blocking(move || std::fs::remove_file(path)); //~ detached-task
}

pub struct Connection {
    task: Mutex<Option<AbortHandle>>,
    turns: Mutex<u32>,
}

impl Connection {
    pub fn start() -> Arc<Connection> {
        let this = Arc::new(Connection { task: Mutex::new(None), turns: Mutex::new(0) });
        let of_task = this.clone();
        let handle: JoinHandle<()> = tokio::spawn(async move { //~ detached-task: this task owns an `Arc` of the `Connection`
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                *of_task.turns.lock().unwrap() += 1;
            }
        });
        *this.task.lock().unwrap() = Some(handle.abort_handle());
        this
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(task) = self.task.lock().unwrap().take() {
            task.abort();
        }
    }
}
