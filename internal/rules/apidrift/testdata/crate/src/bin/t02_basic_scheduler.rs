//@ era tokio 0.2
//@ rows V025 V026
use tokio::runtime::Builder;

fn main() {
    let mut runtime = Builder::new()
        .threaded_scheduler()
        .core_threads(4)
        .enable_all()
        .build()
        .expect("runtime");
    runtime.block_on(async { println!("served") });
}
