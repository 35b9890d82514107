use tokio::sync::watch;

async fn apply(level: u32) {
    println!("{level}");
    tokio::task::yield_now().await;
}

async fn follow(levels: watch::Receiver<u32>) {
    let level = levels.borrow();
    apply(*level).await;
}

#[tokio::main]
async fn main() {
    let (_send, levels) = watch::channel(1);
    tokio::spawn(follow(levels));
}
