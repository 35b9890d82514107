//@ era tokio 0.2
//@ rows V027
fn main() {
    let rt = tokio::runtime::Builder::new_multi_thread()
        .max_threads(32)
        .enable_all()
        .build()
        .unwrap();
    rt.block_on(async {});
}
