//@ era tokio 0.1
use futures::Future;
use tokio::runtime::Runtime;

fn main() {
    let mut rt = Runtime::new().unwrap();
    rt.spawn(async {
        println!("background work");
    });
    rt.shutdown_on_idle().wait().unwrap();
}
