use crate::subject::l32::Config;
use std::sync::Arc;

#[tokio::test]
async fn a_share_is_asked_for_during_a_reload() {
    let config = Arc::new(Config::new(vec![5, 10]));
    let (asking, reloading) = (config.clone(), config);
    let share = tokio::spawn(async move { asking.share_of(5).await });
    let reload = tokio::spawn(async move { reloading.reload(vec![5, 20]).await });
    reload.await.unwrap();
    assert!([50, 25].contains(&share.await.unwrap()));
}
