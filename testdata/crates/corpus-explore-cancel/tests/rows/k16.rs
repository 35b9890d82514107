use crate::subject::k16::acquire;
use corpus_explore_cancel::k16::Server;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn two_sessions_want_an_advisory_lock() {
    let server = Server::default();
    let other = server.clone();
    let hurried = tokio::spawn(async move { timeout(Duration::from_millis(500), acquire(&other)).await.is_ok() });
    let patient = tokio::spawn(async move { drop(acquire(&server).await) });
    hurried.await.unwrap();
    patient.await.unwrap();
}
