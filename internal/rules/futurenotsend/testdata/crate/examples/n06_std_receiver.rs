use std::sync::mpsc::{Receiver, channel};

async fn drain(jobs: Receiver<u32>) {
    while let Ok(job) = jobs.try_recv() {
        println!("{job}");
        tokio::task::yield_now().await;
    }
}

#[tokio::main]
async fn main() {
    let (_send, jobs) = channel();
    tokio::spawn(async move { drain(jobs).await });
}
