use crate::subject::w12::reserve;
use corpus_explore_wakers::w12::{channel, close};
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn a_channel_is_closed_while_someone_may_give_up_waiting_for_places() {
    let channel = channel(3);
    let (one, two) = (channel.clone(), channel.clone());
    let sender = tokio::spawn(async move {
        let places = reserve(&one, 2).await;
        tokio::time::sleep(Duration::from_millis(1)).await;
        drop(places);
    });
    let limited = tokio::spawn(async move { timeout(Duration::from_millis(500), reserve(&two, 3)).await.is_ok() });
    let closer = tokio::spawn(async move { close(&channel).await });
    sender.await.unwrap();
    let _ = limited.await;
    closer.await.unwrap();
}
