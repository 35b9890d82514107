//@ edition: 2024
//! Runtimes that lack what the code needs.

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

async fn nap() {
    tokio::time::sleep(Duration::from_millis(1)).await; //~ missing-driver: `tokio::time::sleep` panics: A Tokio 1.x context was found, but timers are disabled
}

async fn listen() {
    tokio::net::TcpListener::bind("a:1").await.ok(); //~ missing-driver: IO is disabled
}

pub fn without_drivers() {
    let runtime = Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(nap());
}

pub fn with_the_other_driver() {
    let mut builder = Builder::new_current_thread();
    builder.enable_time();
    let runtime = builder.build().unwrap();
    runtime.block_on(listen());
}

fn bare() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

fn bare_or_not() -> std::io::Result<Runtime> {
    let runtime = Builder::new_multi_thread().thread_name("x").enable_io().build()?;
    Ok(runtime)
}

pub fn built_by_a_helper() {
    bare().block_on(async {
        tokio::time::timeout(Duration::from_secs(1), listen_too()).await.ok(); //~ missing-driver
    });
}

async fn listen_too() {
    tokio::net::UdpSocket::bind("a:1").await.ok(); //~ missing-driver
}

pub fn built_by_a_helper_that_fails() -> std::io::Result<()> {
    bare_or_not()?.block_on(async {
        tokio::time::interval(Duration::from_secs(1)).tick().await; //~ missing-driver
    });
    Ok(())
}

pub fn in_a_task() {
    bare().block_on(async {
        tokio::spawn(async {
            tokio::time::sleep(Duration::from_millis(1)).await; //~ missing-driver
        });
    });
}

#[tokio::main]
pub async fn main() {
    tokio::task::spawn_local(async {}); //~ missing-driver: `spawn_local` called from outside of a `task::LocalSet`
}

pub fn lost_in_a_task() {
    let runtime = Runtime::new().unwrap();
    LocalSet::new().block_on(&runtime, async {
        tokio::spawn(async {
            tokio::task::spawn_local(async {}); //~ missing-driver
        });
    });
}

#[tokio::main(flavor = "current_thread")]
pub async fn one_thread() {
    tokio::task::block_in_place(|| 1); //~ missing-driver: can call blocking only when running on the multi-threaded runtime
}
