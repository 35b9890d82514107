use crate::subject::k06::BatchQueue;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn one_of_three_calls_has_a_time_limit() {
    let queue = Arc::new(BatchQueue::default());
    let (one, two, three) = (queue.clone(), queue.clone(), queue);
    let limited = tokio::spawn(async move { timeout(Duration::from_millis(500), one.call(1)).await });
    let second = tokio::spawn(async move { two.call(2).await });
    let third = tokio::spawn(async move { three.call(3).await });
    assert_eq!(second.await.unwrap(), 20);
    assert_eq!(third.await.unwrap(), 30);
    if let Ok(first) = limited.await.unwrap() {
        assert_eq!(first, 10);
    }
}
