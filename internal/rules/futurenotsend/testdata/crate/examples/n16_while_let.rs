use std::sync::{Arc, Mutex};

async fn run(job: String) {
    println!("{job}");
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    let jobs: Arc<Mutex<Vec<String>>> = Arc::default();
    tokio::spawn(async move {
        loop {
            let next = jobs.lock().unwrap().pop();
            let Some(job) = next else { break };
            run(job).await;
        }
    });
}
