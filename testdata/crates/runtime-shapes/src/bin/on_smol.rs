//! smol, with and without a tokio runtime.

use async_compat::{Compat, CompatExt};
use runtime_shapes::{nap, neutral};

async fn reads() {
    tokio::fs::read("x").await.ok(); //~ wrong-executor
}

async fn connects() {
    tokio::net::TcpStream::connect("a:1").await.ok();
}

fn main() {
    smol::block_on(async {
        neutral().await;
        Compat::new(nap(1)).await;
        connects().compat().await;
        smol::Timer::after(std::time::Duration::from_millis(1)).await;
        smol::spawn(reads()).await;
    });
    smol::block_on(Compat::new(async {
        nap(3).await;
        connects().await;
    }));
}
