use crate::subject::q06::supervise;
use std::time::Duration;
use tokio::sync::watch;

#[tokio::test]
async fn a_child_ends_after_nobody_could_stop_it_any_more() {
    let (stop, stopped) = watch::channel(false);
    let supervisor = tokio::spawn(supervise(stopped, Duration::from_millis(10)));
    drop(stop);
    assert_eq!(supervisor.await.unwrap(), Some(0));
}
