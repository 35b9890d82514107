//@ era tokio 0.2
use std::future::Future;
use std::time::Duration;

pub async fn with_retry<F, Fut, T, E>(mut op: F, tries: u32) -> Result<T, E>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    let mut wait = Duration::from_millis(10);
    for _ in 1..tries {
        match op().await {
            Ok(v) => return Ok(v),
            Err(_) => tokio::time::delay_for(wait).await,
        }
        wait *= 2;
    }
    op().await
}

#[tokio::main(threaded_scheduler)]
async fn main() {
    let n = with_retry(|| async { Ok::<_, ()>(3) }, 4).await;
    println!("{n:?}");
}
