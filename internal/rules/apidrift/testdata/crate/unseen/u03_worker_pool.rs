//@ era tokio 0.2
use tokio::runtime::{Builder, Runtime};

fn build_runtime(threads: usize) -> std::io::Result<Runtime> {
    let rt = Builder::new()
        .basic_scheduler()
        .enable_all()
        .build()?;
    println!("wanted {threads}");
    Ok(rt)
}

fn main() {
    build_runtime(4).unwrap().block_on(async { println!("up") });
}
