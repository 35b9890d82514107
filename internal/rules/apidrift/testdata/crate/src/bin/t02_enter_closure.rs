//@ era tokio 0.2
//@ rows V030
fn main() {
    let rt = tokio::runtime::Runtime::new().unwrap();
    let handle = rt.enter(|| tokio::spawn(async { 41 + 1 }));
    println!("{}", rt.block_on(handle).unwrap());
}
