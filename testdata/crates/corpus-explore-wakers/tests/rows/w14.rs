use crate::subject::w14::run;
use corpus_explore_wakers::w14::Service;
use std::time::Duration;
use tokio::sync::mpsc;

/// A command comes after each of the ticks but the last: it wakes the service, and with it the interval is asked again.
#[tokio::test]
async fn a_service_cleans_up_while_commands_come() {
    let (command, commands) = mpsc::channel(8);
    tokio::spawn(async move {
        for n in 0..4 {
            if command.send(n).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(4)).await;
        }
        // The commands end, the channel stays open: the service lives on its ticks alone.
        command.closed().await;
    });
    assert!(tokio::spawn(run(Service::new(commands))).await.unwrap() >= 3);
}
