//@ edition: 2024
//! Machines, callbacks and clients from services.

use tokio::runtime::{Builder, Handle, Runtime};
use std::sync::Arc;
use tokio::sync::{RwLock, mpsc};

async fn read_origin(address: &str) -> std::io::Result<String> {
    tokio::task::yield_now().await;
    Ok(address.to_owned())
}

/// Made for callers without a runtime.
pub struct SyncClient {
    pub address: String,
}

impl SyncClient {
    pub fn show_origin(&self) -> std::io::Result<String> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(read_origin(&self.address))
    }
}

pub async fn command(client: &SyncClient, out: &mut Vec<String>) -> std::io::Result<()> {
    let origin = client.show_origin()?; //~ nested-block-on: `SyncClient::show_origin`
    out.push(origin);
    Ok(())
}

#[derive(Default)]
pub struct Cache {
    pieces: RwLock<Vec<u64>>,
}

impl Cache {
    async fn lookup(&self, index: u64) -> Option<u64> {
        self.pieces.read().await.iter().copied().find(|piece| *piece == index)
    }
}

fn answer_all<F>(requests: &[u64], on_request: F) -> Vec<Option<u64>>
where
    F: Fn(u64) -> Option<u64>,
{
    requests.iter().map(|index| on_request(*index)).collect()
}

pub async fn serve(cache: Arc<Cache>, mut batches: mpsc::Receiver<Vec<u64>>) -> usize {
    let handle = Handle::current();
    let mut found = 0;
    while let Some(batch) = batches.recv().await {
        let answers = answer_all(&batch, |index| handle.block_on(cache.lookup(index))); //~ nested-block-on
        found += answers.iter().flatten().count();
    }
    found
}

pub struct Machine {
    pub runtime: Runtime,
    pub devices: usize,
}

async fn initialise(fail: bool) -> Result<usize, String> {
    if fail { Err("no device".into()) } else { Ok(4) }
}

/// When a step fails the runtime is dropped here.
pub async fn ensure(fail: bool) -> Result<Machine, String> {
    let runtime = Runtime::new().map_err(|e| e.to_string())?;
    let devices = runtime.spawn(initialise(fail)).await.map_err(|e| e.to_string())??;
    Ok(Machine { runtime, devices })
} //~ nested-block-on
