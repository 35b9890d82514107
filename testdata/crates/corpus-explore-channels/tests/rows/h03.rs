use crate::subject::h03::new;
use std::sync::Arc;

#[tokio::test]
async fn twelve_threads_are_subscribed_one_after_the_other() {
    let (subscriptions, pinged) = new();
    let subscriptions = Arc::new(subscriptions);
    let sending = subscriptions.clone();
    let task = tokio::spawn(async move { sending.run(pinged, 12).await });
    let client = tokio::spawn(async move {
        for thread in 0..12 {
            subscriptions.subscribe(thread).await;
            tokio::task::yield_now().await;
        }
    });
    client.await.unwrap();
    assert_eq!(task.await.unwrap(), 12);
}
