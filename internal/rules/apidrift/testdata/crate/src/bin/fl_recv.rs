//@ era async-channel 1
//@ rows V126
#[tokio::main]
async fn main() {
    let (tx, rx) = flume::unbounded::<u8>();
    tx.send(1).unwrap();
    println!("{:?}", rx.recv().await);
}
