//@ era tokio 0.2
//@ rows V032
#[tokio::main(core_threads = 2)]
async fn main() {
    println!("two workers");
}
