use std::time::Duration;
use tokio::{runtime::Runtime, time::{sleep, timeout}};

async fn import() {
    let pool = Runtime::new().unwrap();
    pool.spawn(async { println!("importing") });
    sleep(Duration::from_secs(1)).await; //~ cancel-blocking-drop: when this future is cancelled, `pool` is dropped here, on a thread of the runtime: it panics
    pool.shutdown_background();
}

pub async fn at_most_half_a_second() -> bool {
    timeout(Duration::from_millis(500), import()).await.is_ok()
}
