use crate::subject::f13::serve;
use corpus_explore_futurelock::f13::{Gate, told as stopped_now};
use tokio::sync::{mpsc, watch};

/// The client stops reading when it learns of the shutdown, and keeps its connection until the server is gone.
#[tokio::test]
async fn a_server_is_shut_down_under_load() {
    let (gate, (stop, stopped)) = (Gate::default(), watch::channel(false));
    let (requests, requested) = mpsc::channel(8);
    let (pages, mut sent) = mpsc::channel(1);
    let server = tokio::spawn(serve(gate.clone(), requested, pages, stopped.clone()));
    let mut told = stopped;
    let client = tokio::spawn(async move {
        for page in 0..4 {
            let _ = requests.send(page).await;
        }
        for _ in 0..4 {
            tokio::select! {
                biased;
                _ = sent.recv() => {}
                () = stopped_now(&mut told) => break,
            }
        }
        (requests, sent)
    });
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
    stop.send(true).unwrap();
    let ends = client.await.unwrap();
    gate.close().await;
    drop(ends);
    server.await.unwrap();
}
