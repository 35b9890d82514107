use std::cell::RefCell;

async fn save(total: u32) {
    println!("{total}");
    tokio::task::yield_now().await;
}

async fn count() {
    let total = RefCell::new(0);
    let mut sum = total.borrow_mut();
    *sum += 1;
    save(*sum).await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(count());
}
