use tracing::Instrument;

async fn fetch() {
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        fetch().instrument(tracing::info_span!("fetch")).await;
    });
}
