use crate::subject::k21::actor;
use corpus_explore_cancel::k21::Clients;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// The channel to the module ends with the last one that could still clean up.
#[tokio::test]
async fn nobody_is_connected_when_all_is_cleaned_up() {
    let clients = Clients::default();
    let (module, mut left) = mpsc::channel(1);
    let gone = tokio::spawn(async move { while left.recv().await.is_some() {} });
    for client in 0..2 {
        let (messages, received) = mpsc::channel(4);
        for n in 0..3 {
            messages.send(n).await.unwrap();
        }
        drop(messages);
        let actor = actor(clients.clone(), client, module.clone(), received);
        tokio::spawn(async move { timeout(Duration::from_secs(1), actor).await });
    }
    drop(module);
    gone.await.unwrap();
    assert!(clients.is_empty());
}
