//@ era tokio 0.1
//@ rows V008
use tokio::runtime::current_thread::Runtime;

fn main() {
    let mut rt = Runtime::new().unwrap();
    rt.block_on(async { println!("single threaded") });
}
