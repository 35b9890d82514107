use crate::subject::w30::concurrent_map;
use futures_util::StreamExt;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc};

/// The source ends some time after its last item: it counts what it gave.
#[tokio::test]
async fn work_is_taken_from_a_channel() {
    let (item, source) = mpsc::channel(4);
    let given = Arc::new(Mutex::new(0));
    let count = given.clone();
    tokio::spawn(async move {
        for n in 1..4 {
            item.send(n).await.unwrap();
            *count.lock().await += 1;
        }
    });
    let mapped = tokio::spawn(async move { concurrent_map(source).collect::<Vec<_>>().await });
    assert_eq!(mapped.await.unwrap(), [2, 4, 6]);
    assert_eq!(*given.lock().await, 3);
}
