//@ era tokio 0.2
//@ rows V031
#[tokio::main(threaded_scheduler)]
async fn main() {
    tokio::spawn(async { println!("on a worker") }).await.unwrap();
}
