use std::cell::RefCell;

async fn load(n: u32, seen: &RefCell<Vec<u32>>) {
    tokio::task::yield_now().await;
    seen.borrow_mut().push(n);
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let seen = RefCell::new(Vec::new());
        futures::future::join_all((0..3).map(|n| load(n, &seen))).await;
    });
}
