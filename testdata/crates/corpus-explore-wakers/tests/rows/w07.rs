use crate::subject::w07::serve;
use corpus_explore_wakers::w07::{Shutdown, Wire};

/// The peer says nothing before the server is gone.
#[tokio::test]
async fn a_shutdown_comes_about_when_a_peer_connects() {
    let (wire, shutdown) = (Wire::default(), Shutdown::default());
    let stopping = shutdown.clone();
    let stop = tokio::spawn(async move { stopping.start() });
    let connection = tokio::spawn(serve(wire.clone(), shutdown));
    stop.await.unwrap();
    assert_eq!(connection.await.unwrap(), None);
    wire.send(2);
}
