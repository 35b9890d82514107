use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::timeout;

pub struct Client(Mutex<u32>);

impl Client {
    async fn connect(n: u32) -> Client {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Client(Mutex::new(n))
    }

    async fn ask(self) -> u32 {
        *self.0.lock().await
    }
}

pub async fn chained(n: u32) -> Option<u32> {
    timeout(Duration::from_secs(1), Client::connect(n).await.ask()).await.ok() //~ timeout-misses-work: `connect` is awaited while
}

pub async fn blocks(path: String) -> Option<String> {
    timeout(Duration::from_secs(1), async move { std::fs::read_to_string(path).ok() }).await.ok()? //~ timeout-misses-work
}

async fn sleepy() -> u32 {
    std::thread::sleep(Duration::from_secs(10));
    7
}

pub async fn named() -> Option<u32> {
    let work = sleepy();
    timeout(Duration::from_secs(1), work).await.ok() //~ timeout-misses-work
}
