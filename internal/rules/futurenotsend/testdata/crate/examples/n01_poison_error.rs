use std::sync::{Arc, Mutex};

async fn report(text: String) {
    println!("{text}");
    tokio::task::yield_now().await;
}

async fn bump(total: Arc<Mutex<u32>>) {
    let failed = match total.lock() {
        Ok(mut sum) => {
            *sum += 1;
            None
        }
        Err(poisoned) => Some(poisoned.to_string()),
    };
    if let Some(text) = failed {
        report(text).await;
    }
}

#[tokio::main]
async fn main() {
    tokio::spawn(bump(Arc::default()));
}
