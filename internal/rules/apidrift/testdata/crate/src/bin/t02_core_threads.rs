//@ era tokio 0.2
//@ rows V026
use tokio::runtime;

fn main() {
    let rt = runtime::Builder::new_multi_thread()
        .core_threads(2)
        .thread_name("worker")
        .enable_time()
        .build()
        .unwrap();
    rt.block_on(async { tokio::task::yield_now().await });
}
