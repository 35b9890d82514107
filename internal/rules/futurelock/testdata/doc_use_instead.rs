use std::time::Duration;
use tokio::sync::Mutex;

async fn collect(pool: &Mutex<u32>) -> u32 {
    for _ in 0..3 {
        *pool.lock().await += 1;
        tokio::task::yield_now().await;
    }
    3
}

async fn watch(pool: &Mutex<u32>) -> u32 {
    let mut tick = tokio::time::interval(Duration::from_secs(30));
    loop {
        tick.tick().await;
        println!("{}", pool.lock().await);
    }
}

pub async fn watched(pool: &Mutex<u32>) -> u32 {
    tokio::select! {
        n = watch(pool) => n,
        n = collect(pool) => n,
    }
}
