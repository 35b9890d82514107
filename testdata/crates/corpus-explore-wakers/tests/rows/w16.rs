use crate::subject::w16::accept;
use corpus_explore_wakers::w16::Connection;
use std::sync::Arc;
use tokio::sync::Mutex;

#[tokio::test]
async fn one_stream_is_accepted_and_one_opened() {
    let (connection, log) = (Connection::default(), Arc::new(Mutex::new(Vec::new())));
    let (peer, accepting, opening) = (connection.clone(), connection.clone(), connection);
    let accepted = tokio::spawn(async move { accept(&accepting).await });
    let peer = tokio::spawn(async move {
        peer.incoming();
        log.lock().await.push("a stream of the peer");
        peer.more_credit();
    });
    let opened = tokio::spawn(async move { opening.open().await });
    peer.await.unwrap();
    accepted.await.unwrap();
    opened.await.unwrap();
}
