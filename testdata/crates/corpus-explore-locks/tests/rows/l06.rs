use crate::subject::l06::Stats;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn a_pong_comes_about_when_its_time_is_over() {
    let stats = Arc::new(Stats::default());
    stats.connect().await;
    let limit = stats.ping().await;
    let pong = {
        let stats = stats.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            stats.report_latency().await
        })
    };
    pong.await.unwrap();
    limit.await.unwrap();
}
