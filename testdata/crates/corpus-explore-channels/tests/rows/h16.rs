use crate::subject::h16::connect;
use corpus_explore_channels::h16::server;
use tokio::sync::mpsc;

#[tokio::test]
async fn one_asks_and_another_ends_the_connection() {
    let (messages, received) = mpsc::channel(4);
    let (answers, answered) = mpsc::channel(4);
    tokio::spawn(server(received, answers));
    let client = connect(messages, answered);
    let (asking, quitting) = (client.clone(), client);
    let answer = tokio::spawn(async move { asking.request(21).await });
    let end = tokio::spawn(async move { quitting.quit().await });
    end.await.unwrap();
    assert!(answer.await.unwrap().is_none_or(|answer| answer == 42));
}
