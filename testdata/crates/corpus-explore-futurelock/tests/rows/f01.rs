use crate::subject::f01::collect;
use corpus_explore_futurelock::f01::Database;
use std::sync::Arc;

#[tokio::test]
async fn a_bundle_is_collected_beside_other_queries() {
    let db = Arc::new(Database::default());
    let other = db.clone();
    let others = tokio::spawn(async move {
        for _ in 0..3 {
            other.claim().await.query("something else").await;
        }
    });
    let bundle = tokio::spawn(async move { collect(&db).await }).await.unwrap();
    assert!(bundle.is_some());
    others.await.unwrap();
}
