//! Installs a subscriber of its own, as most services do.
use tracing::Instrument;

#[tokio::main]
async fn main() {
    tracing_subscriber::fmt().with_ansi(false).without_time().init();
    let work = async {
        tracing::info!("worked");
        tokio::task::yield_now().await;
    };
    tokio::spawn(console_shapes::LostWaker);
    tokio::spawn(work.instrument(tracing::info_span!("work", n = 2))).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
}
