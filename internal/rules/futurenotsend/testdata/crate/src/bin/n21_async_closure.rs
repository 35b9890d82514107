use tokio::sync::mpsc;

async fn run() {
    let (tx, _rx) = mpsc::channel(12);
    let send = async || {
        let _ = tx.send(()).await;
    };
    twice(send).await;
}

async fn twice(mut f: impl AsyncFnMut()) {
    f().await;
    f().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(async move { run().await });
}
