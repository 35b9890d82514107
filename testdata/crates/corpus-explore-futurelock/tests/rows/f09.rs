use crate::subject::f09::run;
use corpus_explore_futurelock::f09::Sender;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc};

#[tokio::test]
async fn answers_are_read_beside_a_request() {
    let (answers, answered) = mpsc::channel(4);
    let (requests, requested) = mpsc::channel(4);
    tokio::spawn(async move {
        for answer in 0..3 {
            answers.send(answer).await.unwrap();
        }
    });
    tokio::spawn(async move { requests.send(40).await });
    let sender = Arc::new(Mutex::new(Sender::new(answered)));
    let got = tokio::spawn(run(sender, requested)).await.unwrap();
    assert_eq!(got, [0, 1, 2]);
}
