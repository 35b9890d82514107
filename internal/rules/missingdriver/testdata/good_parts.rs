//@ edition: 2024
//! Runtimes that have what the code needs, or may have it.

use std::sync::LazyLock;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::LocalSet;

static SHARED: LazyLock<Runtime> = LazyLock::new(|| Builder::new_multi_thread().build().unwrap());

async fn nap() {
    tokio::time::sleep(Duration::from_millis(1)).await;
    tokio::net::TcpListener::bind("a:1").await.ok();
}

pub fn all() {
    Builder::new_current_thread().enable_all().build().unwrap().block_on(nap());
}

pub fn each() {
    let mut builder = Builder::new_multi_thread();
    builder.enable_time().thread_name("x");
    if builder_wants_io() {
        builder.enable_io();
    }
    builder.build().unwrap().block_on(nap());
}

fn builder_wants_io() -> bool {
    true
}

fn set_up(builder: &mut Builder) {
    builder.enable_all();
}

pub fn set_up_by_a_helper() {
    let mut builder = Builder::new_multi_thread();
    set_up(&mut builder);
    builder.build().unwrap().block_on(nap());
}

pub fn given(runtime: &Runtime, handle: &Handle) {
    runtime.block_on(nap());
    handle.block_on(nap());
}

pub fn shared() {
    SHARED.block_on(async {
        tokio::fs::read("x").await.ok();
    });
}

pub fn files_need_no_driver() {
    Builder::new_current_thread().build().unwrap().block_on(async {
        tokio::fs::read("x").await.ok();
        tokio::spawn(async {}).await.ok();
    });
}

#[tokio::main]
pub async fn main() {
    let local = LocalSet::new();
    local
        .run_until(async {
            tokio::task::spawn_local(async {}).await.ok();
        })
        .await;
    local.spawn_local(async {
        tokio::task::spawn_local(async {});
    });
    local.await;
    tokio::task::block_in_place(|| 1);
}

pub fn local_set() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async {
        tokio::task::spawn_local(nap());
    });
}
