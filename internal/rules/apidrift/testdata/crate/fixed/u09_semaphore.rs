use std::sync::Arc;
use tokio::sync::Semaphore;

#[tokio::main]
async fn main() {
    let limit = Arc::new(Semaphore::new(1));
    let permit = limit.acquire().await.unwrap();
    permit.forget();
    println!("{}", limit.available_permits());
}
