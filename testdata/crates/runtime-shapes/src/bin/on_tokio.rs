//! Tokio's own root: all of the library works. What leaves the runtime does not.

use runtime_shapes::{Service, TokioClock, again, fan_out, later, nap, neutral, tick};

async fn leaves() {
    tokio::time::timeout(std::time::Duration::from_secs(1), neutral()).await.ok(); //~ wrong-executor
}

async fn stays() {
    tokio::time::timeout(std::time::Duration::from_secs(1), neutral()).await.ok();
}

#[tokio::main]
async fn main() {
    nap(1).await;
    again().await.ok();
    fan_out(3).await;
    later().await;
    tick(&TokioClock).await;
    Service::new(TokioClock).serve().await;
    tokio::spawn(stays()).await.ok();
    smol::spawn(leaves()).await;
    smol::spawn(neutral()).await;
    let handle = tokio::runtime::Handle::current();
    std::thread::spawn(move || handle.block_on(stays()));
    std::thread::spawn(|| {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(stays());
    });
    std::thread::spawn(plain);
}

fn plain() {
    tokio::spawn(neutral()); //~ wrong-executor
}
