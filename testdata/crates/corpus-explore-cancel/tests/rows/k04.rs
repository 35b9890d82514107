use crate::subject::k04::Tracker;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

#[tokio::test]
async fn machines_report_under_a_time_limit() {
    let (reports, mut reported) = mpsc::channel(1);
    let tracker = Arc::new(Tracker::new(reports));
    let reader = tokio::spawn(async move { while reported.recv().await.is_some() {} });
    for _ in 0..3 {
        let tracker = tracker.clone();
        let request = tokio::spawn(async move {
            let _ = timeout(Duration::from_secs(1), tracker.report_progress()).await;
        });
        request.await.unwrap();
    }
    drop(tracker);
    reader.await.unwrap();
}
