use crate::subject::k14::Connection;
use corpus_explore_cancel::k14::server;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

#[tokio::test]
async fn a_transaction_is_begun_after_one_that_was_given_up() {
    let (requests, requested) = mpsc::channel(4);
    tokio::spawn(server(requested));
    let owners = tokio::spawn(async move {
        let mut connection = Connection::new(requests);
        let _ = timeout(Duration::from_millis(500), connection.begin()).await;
        connection.reset().await.unwrap();
        connection.begin().await
    });
    assert_eq!(owners.await.unwrap(), Ok(()));
}
