use tokio::sync::watch;

pub async fn ready(mut flag: watch::Receiver<bool>) {
    let _ = flag.wait_for(|set| *set).await;
}
