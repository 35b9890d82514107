//@ era tokio 0.2
use std::sync::Arc;
use tokio::sync::Semaphore;

#[tokio::main]
async fn main() {
    let limit = Arc::new(Semaphore::new(1));
    let permit = limit.acquire().await;
    permit.forget();
    println!("{}", limit.available_permits());
}
