use std::cell::RefCell;
use std::sync::Arc;

async fn save(total: u32) {
    println!("{total}");
    tokio::task::yield_now().await;
}

async fn bump(total: Arc<RefCell<u32>>) {
    *total.borrow_mut() += 1;
    let sum = *total.borrow();
    save(sum).await;
}

#[tokio::main]
async fn main() {
    let total = Arc::new(RefCell::new(0));
    tokio::spawn(bump(total.clone()));
    tokio::spawn(bump(total));
}
