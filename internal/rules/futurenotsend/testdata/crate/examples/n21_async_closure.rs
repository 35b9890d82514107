use tokio::sync::mpsc;

async fn run() {
    let (tx, _rx) = mpsc::channel(12);
    let send = || {
        let tx = tx.clone();
        async move {
            let _ = tx.send(()).await;
        }
    };
    twice(send).await;
}

async fn twice<F, Fut>(mut f: F)
where
    F: FnMut() -> Fut,
    Fut: Future<Output = ()>,
{
    f().await;
    f().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(async move { run().await });
}
