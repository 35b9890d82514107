use crate::subject::k25::phase;
use std::time::Duration;
use tokio::sync::mpsc;

#[tokio::test]
async fn every_message_of_a_phase_is_handled() {
    let (message, mut messages) = mpsc::channel(8);
    let sender = tokio::spawn(async move {
        for n in 0..4 {
            let _ = message.send(n).await;
        }
        message
    });
    let handler = tokio::spawn(async move { phase(&mut messages, Duration::from_millis(5)).await });
    let sent = sender.await.unwrap();
    let handled = handler.await.unwrap();
    let expected: Vec<u32> = (0..handled.len() as u32).collect();
    assert_eq!(handled, expected);
    drop(sent);
}
