use crate::subject::w44::stopped;
use corpus_explore_wakers::w44::Connection;
use tokio::sync::mpsc;

#[tokio::test]
async fn a_stream_is_written_until_it_is_stopped_or_done() {
    let connection = Connection::default();
    let (chunk, mut chunks) = mpsc::channel(4);
    let (peer, ours) = (connection.clone(), connection.clone());
    let stop = tokio::spawn(async move { peer.stop(1, 77) });
    let feed = tokio::spawn(async move {
        for n in 0..2 {
            let _ = chunk.send(n).await;
        }
    });
    let write = tokio::spawn(async move {
        loop {
            tokio::select! {
                biased;
                _ = stopped(&ours, 1) => return,
                more = chunks.recv() => if more.is_none() {
                    return;
                },
            }
        }
    });
    write.await.unwrap();
    let left = connection.waiting();
    stop.await.unwrap();
    feed.await.unwrap();
    assert_eq!(left, 0);
}
