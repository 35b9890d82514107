async fn fetch() {
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let _span = tracing::info_span!("fetch").entered();
        fetch().await;
    });
}
