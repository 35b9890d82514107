//@ era tokio 0.2
//@ rows V033
#[tokio::main(max_threads = 8)]
async fn main() {
    println!("bounded");
}
