use crate::subject::f07::publish;
use std::sync::Arc;
use tokio::sync::Mutex;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_publish_in_turn() {
    let session = Arc::new(Mutex::new(0));
    let other = session.clone();
    let first = tokio::spawn(async move { *other.lock().await += 1 });
    let second = tokio::spawn(publish(session));
    first.await.unwrap();
    assert!(second.await.unwrap() >= 1);
}
