use std::cell::RefCell;
use std::rc::Rc;
use tokio::task::JoinSet;

async fn work(seen: Rc<RefCell<Vec<u32>>>, n: u32) {
    tokio::task::yield_now().await;
    seen.borrow_mut().push(n);
}

#[tokio::main]
async fn main() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for n in 0..3 {
        tasks.spawn(work(seen.clone(), n));
    }
    tasks.join_all().await;
}
