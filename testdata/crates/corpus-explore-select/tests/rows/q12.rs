use crate::subject::q12::proposer;
use corpus_explore_select::q12::certifier;
use std::time::Duration;
use tokio::sync::mpsc;

#[tokio::test]
async fn requests_come_now_and_then() {
    let (request, requests) = mpsc::channel(4);
    let (header, headers) = mpsc::channel(1);
    let (vote, votes) = mpsc::channel(1);
    tokio::spawn(certifier(headers, vote));
    let proposer = tokio::spawn(proposer(requests, header, votes));
    tokio::spawn(async move {
        for n in 0..5 {
            request.send(n).await.unwrap();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    assert_eq!(proposer.await.unwrap(), 5);
}
