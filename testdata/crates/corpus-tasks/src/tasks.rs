//! Rows of class "dropped handles, leaked tasks".

/// redis-rs #1681: the task owns the manager whose drop should end it.
pub mod j03 {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;
    use tokio::task::JoinHandle;

    pub mod buggy {
        use super::*;

        #[derive(Default)]
        pub struct Manager {
            refresh: Mutex<Option<JoinHandle<()>>>,
            token: Mutex<u64>,
        }

        impl Manager {
            async fn refresh(self: Arc<Self>) {
                loop {
                    tokio::time::sleep(Duration::from_secs(60)).await;
                    *self.token.lock().unwrap() += 1;
                }
            }

            pub fn start() -> Arc<Manager> {
                let manager = Arc::new(Manager::default());
                let task = tokio::spawn(Manager::refresh(manager.clone())); //~ detached-task
                *manager.refresh.lock().unwrap() = Some(task);
                manager
            }
        }

        impl Drop for Manager {
            fn drop(&mut self) {
                if let Some(task) = self.refresh.lock().unwrap().take() {
                    task.abort();
                }
            }
        }
    }

    pub mod fixed {
        use super::*;
        use std::sync::Weak;

        #[derive(Default)]
        pub struct Manager {
            refresh: Mutex<Option<JoinHandle<()>>>,
            token: Mutex<u64>,
        }

        impl Manager {
            async fn refresh(manager: Weak<Self>) {
                loop {
                    tokio::time::sleep(Duration::from_secs(60)).await;
                    let Some(manager) = manager.upgrade() else { return };
                    *manager.token.lock().unwrap() += 1;
                }
            }

            pub fn start() -> Arc<Manager> {
                let manager = Arc::new(Manager::default());
                let task = tokio::spawn(Manager::refresh(Arc::downgrade(&manager)));
                *manager.refresh.lock().unwrap() = Some(task);
                manager
            }
        }

        impl Drop for Manager {
            fn drop(&mut self) {
                if let Some(task) = self.refresh.lock().unwrap().take() {
                    task.abort();
                }
            }
        }
    }
}

/// tower #581: the task that a service has spawned goes on when the service is gone.
pub mod j01 {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use tokio::task::{JoinError, JoinHandle};

    pub mod buggy {
        use super::*;

        pub struct Readiness {
            task: JoinHandle<u32>, //~? detached-task
        }

        impl Readiness {
            pub fn new(work: impl Future<Output = u32> + Send + 'static) -> Readiness {
                Readiness { task: tokio::spawn(work) }
            }
        }

        impl Future for Readiness {
            type Output = Result<u32, JoinError>;
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
                Pin::new(&mut self.task).poll(cx)
            }
        }
    }

    pub mod fixed {
        use super::*;

        pub struct Readiness {
            task: JoinHandle<u32>,
        }

        impl Readiness {
            pub fn new(work: impl Future<Output = u32> + Send + 'static) -> Readiness {
                Readiness { task: tokio::spawn(work) }
            }
        }

        impl Future for Readiness {
            type Output = Result<u32, JoinError>;
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
                Pin::new(&mut self.task).poll(cx)
            }
        }

        impl Drop for Readiness {
            fn drop(&mut self) {
                self.task.abort();
            }
        }
    }
}

/// nora #315: handles are thrown away at many places.
pub mod j10 {
    use std::path::PathBuf;
    use tokio::task::JoinSet;

    pub mod buggy {
        use super::*;

        pub struct Store {
            root: PathBuf,
        }

        impl Store {
            async fn put(root: PathBuf, name: String, bytes: Vec<u8>) -> std::io::Result<()> {
                tokio::fs::create_dir_all(&root).await?;
                tokio::fs::write(root.join(name), bytes).await
            }

            pub fn cache(&self, name: String, bytes: Vec<u8>) {
                let root = self.root.clone();
                let _ = tokio::spawn(Self::put(root, name, bytes)); //~ detached-task
            }

            pub fn index(&self, lines: Vec<String>) {
                let path = self.root.join("index");
                tokio::spawn(async move { //~ detached-task(info)
                    if let Err(e) = tokio::fs::write(path, lines.join("\n")).await {
                        eprintln!("index: {e}");
                    }
                });
            }

            pub fn clean(&self, old: Vec<PathBuf>) {
                let sweep = tokio::task::spawn_blocking(move || old.iter().try_for_each(std::fs::remove_file)); //~? detached-task
                drop(sweep);
            }
        }
    }

    pub mod fixed {
        use super::*;

        pub struct Store {
            root: PathBuf,
            running: JoinSet<std::io::Result<()>>,
        }

        impl Store {
            async fn put(root: PathBuf, name: String, bytes: Vec<u8>) -> std::io::Result<()> {
                tokio::fs::create_dir_all(&root).await?;
                tokio::fs::write(root.join(name), bytes).await
            }

            pub fn cache(&mut self, name: String, bytes: Vec<u8>) {
                let root = self.root.clone();
                self.running.spawn(Self::put(root, name, bytes));
            }

            pub fn index(&mut self, lines: Vec<String>) {
                let path = self.root.join("index");
                self.running.spawn(async move { tokio::fs::write(path, lines.join("\n")).await });
            }

            pub async fn clean(&self, old: Vec<PathBuf>) -> std::io::Result<()> {
                tokio::task::spawn_blocking(move || old.iter().try_for_each(std::fs::remove_file)).await?
            }

            pub async fn close(mut self) {
                while let Some(done) = self.running.join_next().await {
                    if let Ok(Err(e)) = done {
                        eprintln!("store: {e}");
                    }
                }
            }
        }
    }
}
