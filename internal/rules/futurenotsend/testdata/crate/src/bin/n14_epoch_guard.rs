async fn step() {
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let guard = crossbeam_epoch::pin();
        step().await;
        guard.flush();
    });
}
