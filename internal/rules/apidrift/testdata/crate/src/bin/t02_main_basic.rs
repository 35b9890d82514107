//@ era tokio 0.2
//@ rows V031
#[tokio::main(basic_scheduler)]
async fn main() {
    println!("one thread is enough");
}
