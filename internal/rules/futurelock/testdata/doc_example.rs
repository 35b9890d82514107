use std::time::Duration;
use tokio::sync::Mutex;

async fn collect(pool: &Mutex<u32>) -> u32 {
    for _ in 0..3 {
        *pool.lock().await += 1;
        tokio::task::yield_now().await;
    }
    3
}

pub async fn watched(pool: &Mutex<u32>) -> u32 {
    let collection = collect(pool);
    tokio::pin!(collection);
    let mut tick = tokio::time::interval(Duration::from_secs(30));
    loop {
        tokio::select! {
            _ = tick.tick() => println!("{}", pool.lock().await), //~ futurelock: waits for `pool` while `collection`
            n = &mut collection => return n,
        }
    }
}
