use crate::subject::w16::accept;
use corpus_explore_wakers::w16::Connection;

#[tokio::test]
async fn one_stream_is_accepted_and_one_opened() {
    let connection = Connection::default();
    let (peer, accepting, opening) = (connection.clone(), connection.clone(), connection);
    let accepted = tokio::spawn(async move { accept(&accepting).await });
    let peer = tokio::spawn(async move {
        peer.incoming();
        tokio::task::yield_now().await;
        peer.more_credit();
    });
    peer.await.unwrap();
    accepted.await.unwrap();
    tokio::spawn(async move { opening.open().await }).await.unwrap();
}
