use std::sync::{Arc, Mutex};

async fn run(job: String) {
    println!("{job}");
    tokio::task::yield_now().await;
}

async fn work(jobs: Arc<Mutex<Vec<String>>>) {
    let next = jobs.lock().unwrap().pop();
    match next {
        Some(job) => run(job).await,
        None => {}
    }
}

#[tokio::main]
async fn main() {
    tokio::spawn(work(Arc::default()));
}
