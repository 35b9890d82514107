use std::sync::{Arc, Mutex};

mod store {
    use std::sync::Mutex;

    pub async fn flush(rows: &Mutex<Vec<u32>>) {
        let rows = rows.lock().unwrap();
        write(rows.len()).await;
    }

    async fn write(_rows: usize) {
        tokio::task::yield_now().await;
    }
}

async fn save(rows: Arc<Mutex<Vec<u32>>>) {
    store::flush(&rows).await;
}

async fn run(rows: Arc<Mutex<Vec<u32>>>) {
    save(rows).await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(run(Arc::default()));
}
