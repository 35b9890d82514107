//@ edition: 2024
//! Runtimes that async code drops without saying so, and runtimes entered by way of an attribute.

use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};

async fn answer() -> u32 {
    tokio::task::yield_now().await;
    42
}

/// The runtime is dropped where the task fails, and handed out where it does not.
pub async fn on_the_error_path(fail: bool) -> Result<Runtime, ()> {
    let runtime = Builder::new_multi_thread().worker_threads(1).build().map_err(|_| ())?;
    runtime.spawn(answer()).await.map_err(|_| ())?;
    if fail {
        return Err(());
    }
    Ok(runtime)
} //~ nested-block-on

pub struct Engine {
    name: String,
    runtime: Runtime,
}

impl Engine {
    pub fn new() -> std::io::Result<Self> {
        Ok(Engine { name: "x".to_owned(), runtime: Runtime::new()? })
    }
}

pub async fn as_a_field() -> std::io::Result<usize> {
    let engine = Engine::new()?;
    let _task = engine.runtime.spawn(answer());
    Ok(engine.name.len())
} //~ nested-block-on: drop

pub async fn one_of_several(engine: Arc<Engine>) {
    engine.runtime.spawn(answer());
    drop(engine); //~? nested-block-on
}

pub async fn replaced(engine: &mut Engine) -> std::io::Result<()> {
    engine.runtime = Runtime::new()?; //~ nested-block-on
    Ok(())
}

pub async fn taken(slot: &mut Option<Runtime>) {
    slot.take(); //~ nested-block-on
}

pub async fn with_a_limit() {
    let runtime = Runtime::new().unwrap();
    runtime.shutdown_timeout(std::time::Duration::from_secs(1)); //~ nested-block-on
}

#[tokio::main(flavor = "current_thread")]
async fn tool() -> u32 {
    answer().await
}

pub async fn through_an_attribute() -> u32 {
    tool() //~ nested-block-on: `tool` leads to `tokio::runtime::Runtime::block_on`
}

#[tokio::main]
pub async fn main() {
    let runtime = Runtime::new().unwrap();
    tokio::spawn(async move {
        runtime.spawn(answer()).await.ok();
    }); //~ nested-block-on
}
