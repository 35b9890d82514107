use crate::subject::w03::handshake;
use tokio::sync::Mutex;

#[tokio::test]
async fn a_connection_ends_with_its_last_request() {
    let (send, connection) = handshake();
    let log = std::sync::Arc::new(Mutex::new(Vec::new()));
    let client = tokio::spawn(async move {
        for request in 0..2 {
            send.send(request);
            log.lock().await.push(request);
        }
    });
    let served = tokio::spawn(connection.run());
    client.await.unwrap();
    assert_eq!(served.await.unwrap(), 2);
}
