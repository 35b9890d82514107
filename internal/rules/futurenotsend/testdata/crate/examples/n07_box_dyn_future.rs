use std::pin::Pin;

type Step = Pin<Box<dyn Future<Output = ()> + Send>>;

fn step() -> Step {
    Box::pin(async { tokio::task::yield_now().await })
}

async fn run() {
    step().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(run());
}
