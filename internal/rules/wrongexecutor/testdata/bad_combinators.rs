//@ edition: 2024
//! Futures inside of others.

use std::time::Duration;

use futures::executor::block_on;
use futures::stream::{FuturesUnordered, StreamExt};
use futures::{FutureExt, TryFutureExt};

async fn joined_tokio() -> Result<u32, ()> {
    tokio::fs::read("x").await.map(|_| 1).map_err(|_| ()) //~ wrong-executor: `tokio::fs::read` panics
}

async fn tried() -> Result<u32, ()> {
    tokio::fs::write("x", "").await.map(|_| 1).map_err(|_| ()) //~ wrong-executor
}

async fn selected() -> u32 {
    tokio::fs::read("x").await.is_ok().into() //~? wrong-executor
}

async fn all() -> u32 {
    tokio::fs::metadata("x").await.is_ok().into() //~ wrong-executor
}

async fn unordered() -> u32 {
    tokio::fs::create_dir("x").await.is_ok().into() //~ wrong-executor
}

async fn buffered(n: u64) -> u64 {
    tokio::time::sleep(Duration::from_millis(n)).await; //~ wrong-executor
    n
}

async fn pinned() -> u32 {
    tokio::fs::remove_file("x").await.is_ok().into() //~ wrong-executor
}

async fn boxed() -> u32 {
    tokio::fs::remove_dir("x").await.is_ok().into() //~ wrong-executor
}

async fn chained() -> Result<u32, ()> {
    tokio::fs::rename("x", "y").await.map(|_| 1).map_err(|_| ()) //~ wrong-executor
}

async fn concurrently(n: u64) {
    tokio::fs::hard_link("x", n.to_string()).await.ok(); //~ wrong-executor
}

pub fn start() {
    block_on(async {
        let _ = tokio::join!(joined_tokio(), async {});
        let _ = tokio::try_join!(tried(), async { Ok(1) });
        futures::select! {
            _ = selected().boxed().fuse() => {}
            _ = futures::future::ready(1).fuse() => {}
        }
        futures::future::join_all([all(), all()]).await;
        let mut tasks: FuturesUnordered<_> = (0..3).map(|_| unordered()).collect();
        while tasks.next().await.is_some() {}
        futures::stream::iter(0..3).map(|n| buffered(n)).buffer_unordered(2).collect::<Vec<_>>().await;
        futures::stream::iter(0..3).for_each_concurrent(2, |n| concurrently(n)).await;
        let future = pinned();
        tokio::pin!(future);
        (&mut future).await;
        boxed().boxed().await;
        let _ = chained().map_ok(|n| n + 1).or_else(|_| async { Err(()) }).await;
    });
}
