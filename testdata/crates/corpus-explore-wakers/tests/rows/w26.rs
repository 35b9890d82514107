use crate::subject::w26::EventEmitter;
use tokio::sync::mpsc;

#[tokio::test]
async fn events_of_two_accounts_are_read() {
    let (one, first) = mpsc::unbounded_channel();
    let (two, second) = mpsc::unbounded_channel();
    tokio::spawn(async move { one.send(1).unwrap() });
    tokio::spawn(async move { two.send(2).unwrap() });
    let reader = tokio::spawn(async move {
        let mut emitter = EventEmitter::new(vec![first, second]);
        let mut events = Vec::new();
        while let Some(event) = emitter.recv().await {
            events.push(event);
        }
        events.sort();
        events
    });
    assert_eq!(reader.await.unwrap(), [1, 2]);
}
