use crate::subject::w09::JoinQueue;
use std::sync::Arc;
use tokio::sync::Notify;

#[tokio::test]
async fn one_waits_and_another_looks() {
    let (queue, go) = (JoinQueue::default(), Arc::new(Notify::new()));
    let start = go.clone();
    queue.tasks.lock().unwrap().push_back(tokio::spawn(async move {
        start.notified().await;
        5
    }));
    let (waits, looks) = (queue.clone(), queue);
    let look = tokio::spawn(async move { looks.try_join_next() });
    let wait = tokio::spawn(async move { waits.join_next().await });
    let looked = look.await.unwrap();
    go.notify_one();
    assert_eq!(wait.await.unwrap().or(looked), Some(5));
}
