//@ era futures 0.3
use futures::executor::{block_on, ThreadPool};
use futures::task::SpawnExt;

fn main() {
    let pool = ThreadPool::new().expect("pool");
    let handle = pool.spawn_with_handle(async { 1 + 1 }).unwrap();
    println!("{}", block_on(handle));
}
