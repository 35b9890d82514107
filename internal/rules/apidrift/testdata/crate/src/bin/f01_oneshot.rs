//@ era futures 0.1
//@ rows V077
use futures::sync::oneshot;

fn main() {
    let (tx, rx) = oneshot::channel::<u8>();
    tx.send(9).unwrap();
    println!("{:?}", futures::executor::block_on(rx));
}
