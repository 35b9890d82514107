use crate::subject::k21::actor;
use corpus_explore_cancel::k21::Clients;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

#[tokio::test]
async fn a_client_comes_again_after_its_first_connection() {
    let clients = Clients::default();
    let (module, mut left) = mpsc::channel(1);
    let gone = tokio::spawn(async move {
        let mut gone = 0;
        while left.recv().await.is_some() {
            gone += 1;
        }
        gone
    });
    for _ in 0..2 {
        let (messages, received) = mpsc::channel(4);
        for n in 0..3 {
            messages.send(n).await.unwrap();
        }
        drop(messages);
        let (clients, module) = (clients.clone(), module.clone());
        let connection = tokio::spawn(async move {
            let _ = timeout(Duration::from_secs(1), actor(clients, 9, module, received)).await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        });
        connection.await.unwrap();
    }
    drop(module);
    assert_eq!(gone.await.unwrap(), 2);
}
