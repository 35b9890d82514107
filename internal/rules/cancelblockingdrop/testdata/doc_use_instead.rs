use std::time::Duration;
use tokio::{runtime::{Handle, Runtime}, time::{sleep, timeout}};

async fn import(pool: Handle) {
    pool.spawn(async { println!("importing") });
    sleep(Duration::from_secs(1)).await;
}

pub async fn at_most_half_a_second() -> bool {
    let pool = Runtime::new().unwrap();
    let in_time = timeout(Duration::from_millis(500), import(pool.handle().clone())).await.is_ok();
    pool.shutdown_background();
    in_time
}
