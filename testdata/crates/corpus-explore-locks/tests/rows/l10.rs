use crate::subject::l10::Machine;
use std::sync::Arc;

#[tokio::test]
async fn cross_signing_is_set_up_during_a_sync() {
    let machine = Arc::new(Machine::default());
    let syncing = machine.clone();
    let sync = tokio::spawn(async move {
        for keys in 0..3 {
            syncing.receive_sync(keys).await;
        }
    });
    assert!(tokio::spawn(async move { machine.bootstrap_cross_signing().await }).await.unwrap() >= 1);
    sync.await.unwrap();
}
