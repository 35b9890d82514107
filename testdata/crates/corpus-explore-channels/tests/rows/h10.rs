use crate::subject::h10::connection;
use corpus_explore_channels::h10::{SIZE, server};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

#[tokio::test]
async fn a_request_is_sent_every_millisecond() {
    let (ours, theirs) = tokio::io::duplex(SIZE);
    let (request, requests) = mpsc::channel(8);
    tokio::spawn(server(theirs));
    tokio::spawn(connection(ours, requests));
    let clients: Vec<_> = (0..6)
        .map(|n: u8| {
            let request = request.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(n.into())).await;
                let (reply, replied) = oneshot::channel();
                request.send(([n; SIZE], reply)).await.unwrap();
                replied.await.unwrap()
            })
        })
        .collect();
    drop(request);
    for (n, client) in clients.into_iter().enumerate() {
        assert_eq!(client.await.unwrap(), [n as u8; SIZE]);
    }
}
