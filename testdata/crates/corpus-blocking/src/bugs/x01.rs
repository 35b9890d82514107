//! A machine gets a runtime of its own. When a later step of its set-up fails, the runtime is dropped
//! inside the async handler, where dropping it panics.

use tokio::runtime::{Builder, Runtime};

#[derive(Debug)]
pub struct SetupError;

fn new_runtime() -> Result<Runtime, SetupError> {
    Builder::new_multi_thread().worker_threads(1).build().map_err(|_| SetupError)
}

async fn initialise_devices(fail: bool) -> Result<usize, SetupError> {
    tokio::task::yield_now().await;
    if fail { Err(SetupError) } else { Ok(4) }
}

pub struct Machine {
    pub runtime: Runtime,
    pub devices: usize,
}

pub mod buggy {
    use super::{Machine, SetupError, initialise_devices, new_runtime};

    pub async fn ensure(fail: bool) -> Result<Machine, SetupError> {
        let runtime = new_runtime()?;
        let devices = runtime.spawn(initialise_devices(fail)).await.map_err(|_| SetupError)??;
        Ok(Machine { runtime, devices })
    } //~ nested-block-on
}

pub mod fixed {
    use super::{Machine, SetupError, initialise_devices, new_runtime};

    fn build(fail: bool) -> Result<Machine, SetupError> {
        let runtime = new_runtime()?;
        let devices = runtime.block_on(initialise_devices(fail))?;
        Ok(Machine { runtime, devices })
    }

    pub async fn ensure(fail: bool) -> Result<Machine, SetupError> {
        tokio::task::spawn_blocking(move || build(fail)).await.map_err(|_| SetupError)?
    }
}
