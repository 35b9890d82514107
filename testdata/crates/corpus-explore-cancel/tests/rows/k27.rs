use crate::subject::k27::Client;
use corpus_explore_cancel::k27::{Waiting, responder};
use std::time::Duration;
use tokio::sync::mpsc;

#[tokio::test]
async fn no_request_is_left_when_all_are_answered_or_given_up() {
    let waiting = Waiting::default();
    let (requests, requested) = mpsc::channel(1);
    let answers = tokio::spawn(responder(requested, waiting.clone()));
    let client = Client { waiting: waiting.clone(), requests };
    let asking = tokio::spawn(async move {
        for id in 0..3 {
            client.request(id, Duration::from_millis(500)).await;
        }
    });
    asking.await.unwrap();
    answers.await.unwrap();
    assert_eq!(waiting.lock().unwrap().len(), 0);
}
