use crate::subject::k13::Pool;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn one_of_two_waiters_has_a_time_limit() {
    let pool = Arc::new(Pool::default());
    let (one, two, giving) = (pool.clone(), pool.clone(), pool);
    let limited = tokio::spawn(async move {
        if let Ok(connection) = timeout(Duration::from_millis(500), one.get()).await {
            one.put(connection);
        }
    });
    let patient = tokio::spawn(async move { two.get().await });
    let giver = tokio::spawn(async move { giving.put(1) });
    giver.await.unwrap();
    limited.await.unwrap();
    assert_eq!(patient.await.unwrap(), 1);
}
