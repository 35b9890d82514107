use crate::subject::k18::get;
use corpus_explore_cancel::k18::pool;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn a_pool_of_one_is_used_with_and_without_a_time_limit() {
    let pool = pool(1);
    let (one, two) = (pool.clone(), pool);
    let limited = tokio::spawn(async move {
        let _ = timeout(Duration::from_millis(500), get(&one)).await;
    });
    let patient = tokio::spawn(async move { drop(get(&two).await) });
    limited.await.unwrap();
    patient.await.unwrap();
}
