use crate::subject::k09::Groups;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn the_first_caller_has_a_time_limit() {
    let groups = Arc::new(Groups::default());
    let (one, two) = (groups.clone(), groups);
    let first = tokio::spawn(async move { timeout(Duration::from_millis(500), one.get(7)).await });
    let second = tokio::spawn(async move { two.get(7).await });
    assert_eq!(second.await.unwrap(), 1007);
    let _ = first.await.unwrap();
}
