use std::sync::Arc;

async fn nested<F, Fut>(f: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = ()>,
{
    f().await;
}

async fn write(_bytes: &[u8]) {
    tokio::task::yield_now().await;
}

async fn write_nested(bytes: Arc<[u8]>) {
    nested(|| {
        let bytes = bytes.clone();
        async move { write(&bytes).await }
    })
    .await;
}

struct Server;

impl Server {
    async fn serve(&self) {
        let bytes = Arc::from(vec![0u8]);
        write_nested(bytes).await;
    }
}

#[tokio::main]
async fn main() {
    let server = Server;
    tokio::spawn(async move { server.serve().await });
}
