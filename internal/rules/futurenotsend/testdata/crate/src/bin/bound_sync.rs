use std::cell::Cell;

fn shared<F: Future<Output = ()> + Sync>(_future: F) {}

async fn count() {
    let ticks = Cell::new(0);
    tokio::task::yield_now().await;
    ticks.set(1);
}

fn main() {
    shared(count());
}
