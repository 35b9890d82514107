//! Components own a runtime each, and the task that shuts the node down drops them.

use tokio::runtime::Runtime;
use tokio::sync::oneshot;

pub mod buggy {
    use super::{Runtime, oneshot};

    pub struct Executor {
        pub runtime: Runtime,
        pub name: String,
    }

    pub async fn run(executor: Executor, stop: oneshot::Receiver<()>) -> usize {
        executor.runtime.spawn(async {});
        let _ = stop.await;
        let length = executor.name.len();
        drop(executor); //~ nested-block-on
        length
    }
}

pub mod fixed {
    use super::{Runtime, oneshot};

    pub struct Executor {
        pub runtime: Option<Runtime>,
        pub name: String,
    }

    impl Drop for Executor {
        fn drop(&mut self) {
            if let Some(runtime) = self.runtime.take() {
                runtime.shutdown_background();
            }
        }
    }

    pub async fn run(executor: Executor, stop: oneshot::Receiver<()>) -> usize {
        if let Some(runtime) = &executor.runtime {
            runtime.spawn(async {});
        }
        let _ = stop.await;
        let length = executor.name.len();
        drop(executor);
        length
    }
}
