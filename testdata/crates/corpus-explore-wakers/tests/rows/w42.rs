use crate::subject::w42::add;
use std::sync::Arc;
use tokio::sync::{Mutex, Notify};

#[tokio::test]
async fn two_add_to_a_sum() {
    let (sum, log) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(Vec::new())));
    let noted = Arc::new(Notify::new());
    let (other, written, ready) = (sum.clone(), log.clone(), noted.clone());
    let first = tokio::spawn(async move {
        let mut sum = other.lock().await;
        *sum += 1;
        written.lock().await.push(*sum);
        ready.notify_one();
    });
    let second = tokio::spawn(add(sum.clone(), 2));
    noted.notified().await;
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(*sum.lock().await, 3);
    assert_eq!(log.lock().await.len(), 1);
}
