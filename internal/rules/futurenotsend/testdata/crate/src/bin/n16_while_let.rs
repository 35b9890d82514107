use std::sync::{Arc, Mutex};

async fn run(job: String) {
    println!("{job}");
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    let jobs: Arc<Mutex<Vec<String>>> = Arc::default();
    tokio::spawn(async move {
        while let Some(job) = jobs.lock().unwrap().pop() {
            run(job).await;
        }
    });
}
