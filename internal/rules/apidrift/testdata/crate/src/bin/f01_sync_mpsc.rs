//@ era futures 0.1
//@ rows V077
use futures::executor::block_on;
use futures::sync::mpsc;
use futures::{SinkExt, StreamExt};

fn main() {
    let (mut tx, mut rx) = mpsc::channel::<i32>(4);
    block_on(async move {
        tx.send(1).await.unwrap();
        println!("{:?}", rx.next().await);
    });
}
