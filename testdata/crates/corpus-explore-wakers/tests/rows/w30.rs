use crate::subject::w30::concurrent_map;
use futures_util::StreamExt;
use tokio::sync::mpsc;

#[tokio::test]
async fn work_is_taken_from_a_channel() {
    let (item, source) = mpsc::channel(4);
    tokio::spawn(async move {
        for n in 1..4 {
            item.send(n).await.unwrap();
        }
    });
    let mapped = tokio::spawn(async move { concurrent_map(source).collect::<Vec<_>>().await });
    assert_eq!(mapped.await.unwrap(), [2, 4, 6]);
}
