//@ era tokio 0.2
use tokio::runtime::Builder;

fn main() {
    let mut runtime = Builder::new()
        .threaded_scheduler()
        .core_threads(4)
        .thread_name("jobs")
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        println!("on {:?}", std::thread::current().name());
    });
}
