async fn step() {
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        {
            let guard = crossbeam_epoch::pin();
            guard.flush();
        }
        step().await;
        crossbeam_epoch::pin().flush();
    });
}
