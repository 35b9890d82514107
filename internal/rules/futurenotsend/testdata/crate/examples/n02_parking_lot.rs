use parking_lot::Mutex;
use std::sync::Arc;

struct Cache {
    entries: Mutex<Vec<String>>,
}

impl Cache {
    async fn refresh(&self) {
        {
            let mut entries = self.entries.lock();
            entries.clear();
        }
        let fresh = fetch().await;
        self.entries.lock().extend(fresh);
    }
}

async fn fetch() -> Vec<String> {
    tokio::task::yield_now().await;
    Vec::new()
}

#[tokio::main]
async fn main() {
    let cache = Arc::new(Cache { entries: Mutex::new(Vec::new()) });
    tokio::spawn(async move { cache.refresh().await });
}
