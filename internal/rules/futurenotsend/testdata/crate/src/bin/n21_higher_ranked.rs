use futures::stream::{self, StreamExt};

struct Job {
    name: String,
}

async fn run(job: &Job) -> usize {
    tokio::task::yield_now().await;
    job.name.len()
}

async fn all(jobs: Vec<Job>) -> Vec<usize> {
    stream::iter(&jobs).map(|job| run(job)).buffered(2).collect().await
}

#[tokio::main]
async fn main() {
    tokio::spawn(all(Vec::new()));
}
