use crate::subject::l27::Subscriptions;
use std::sync::Arc;

#[tokio::test]
async fn a_client_leaves_while_a_change_is_told() {
    let all = Arc::new(Subscriptions::default());
    all.add(1).await;
    all.add(2).await;
    let (one, two) = (all.clone(), all.clone());
    let told = tokio::spawn(async move { one.commit_and_broadcast().await });
    let left = tokio::spawn(async move { two.remove_single(2).await });
    assert!(told.await.unwrap() >= 1);
    left.await.unwrap();
}
