use crate::subject::f02::agent;
use tokio::sync::mpsc;

#[tokio::test]
async fn a_command_comes_while_progress_is_reported() {
    let (reports, mut reported) = mpsc::channel(1);
    let (commands, to_do) = mpsc::channel(4);
    tokio::spawn(agent(reports, to_do));
    commands.send(7).await.unwrap();
    drop(commands);
    let reader = tokio::spawn(async move {
        let mut all = Vec::new();
        while let Some(report) = reported.recv().await {
            all.push(report);
        }
        all
    });
    let all = reader.await.unwrap();
    assert_eq!(all.len(), 4, "{all:?}");
}
