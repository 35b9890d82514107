use crate::subject::k34::lock;
use corpus_explore_cancel::k34::Mutex;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn one_of_three_owners_has_a_time_limit() {
    let mutex = Mutex::default();
    let (one, two, three) = (mutex.clone(), mutex.clone(), mutex);
    let first = tokio::spawn(async move {
        let _guard = lock(&one).await;
        tokio::task::yield_now().await;
    });
    let limited = tokio::spawn(async move { timeout(Duration::from_millis(500), lock(&two)).await.is_ok() });
    let last = tokio::spawn(async move { drop(lock(&three).await) });
    first.await.unwrap();
    limited.await.unwrap();
    last.await.unwrap();
}
