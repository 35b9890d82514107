async fn nested<F: AsyncFn()>(f: F) {
    f().await;
}

async fn write(_bytes: &[u8]) {
    tokio::task::yield_now().await;
}

async fn write_nested(bytes: &[u8]) {
    nested(async || write(bytes).await).await;
}

struct Server;

impl Server {
    async fn serve(&self) {
        let bytes = vec![0u8];
        write_nested(&bytes).await;
    }
}

#[tokio::main]
async fn main() {
    let server = Server;
    tokio::spawn(async move { server.serve().await });
}
