use crate::subject::w05::dispatch;
use corpus_explore_wakers::w05::Socket;
use std::future::poll_fn;
use tokio::sync::mpsc;

/// Each chunk takes its time to be made, and so is alone in the channel, as long as everybody keeps up.
#[tokio::test]
async fn a_body_is_longer_than_the_buffer() {
    let socket = Socket::with_room(4);
    let (chunks, body) = mpsc::channel(8);
    tokio::spawn(async move {
        for chunk in 0..6 {
            chunks.send(chunk).await.unwrap();
            tokio::task::yield_now().await;
        }
    });
    tokio::spawn(dispatch(socket.clone(), body));
    let peer = tokio::spawn(async move {
        let mut all = Vec::new();
        while let Some(chunk) = poll_fn(|cx| socket.lock().unwrap().poll_read(cx)).await {
            all.push(chunk);
        }
        all
    });
    assert_eq!(peer.await.unwrap(), [0, 1, 2, 3, 4, 5]);
}
