//@ era tokio 0.1
//@ rows V014
#[tokio::main]
async fn main() {
    let start = tokio::clock::now();
    tokio::task::yield_now().await;
    println!("{:?}", start.elapsed());
}
