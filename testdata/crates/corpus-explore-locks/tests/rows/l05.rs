use crate::subject::l05::Timeline;
use std::sync::Arc;

#[tokio::test]
async fn a_timeline_is_compacted_and_collected() {
    let timeline = Arc::new(Timeline::default());
    timeline.ingest(8).await;
    let (one, two) = (timeline.clone(), timeline.clone());
    let compaction = tokio::spawn(async move { one.compact().await });
    let gc = tokio::spawn(async move { two.gc().await });
    compaction.await.unwrap();
    assert!(gc.await.unwrap() >= 1);
}
