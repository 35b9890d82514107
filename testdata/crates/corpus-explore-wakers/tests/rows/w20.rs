use crate::subject::w20::available;
use corpus_explore_wakers::w20::Credit;
use std::sync::Arc;

#[tokio::test]
async fn two_streams_are_opened_as_the_peer_allows_two() {
    let credit = Arc::new(Credit::default());
    let (peer, one, two) = (credit.clone(), credit.clone(), credit);
    let allow = tokio::spawn(async move { available(&peer, 2) });
    let first = tokio::spawn(async move { one.open().await });
    let second = tokio::spawn(async move { two.open().await });
    allow.await.unwrap();
    first.await.unwrap();
    second.await.unwrap();
}
