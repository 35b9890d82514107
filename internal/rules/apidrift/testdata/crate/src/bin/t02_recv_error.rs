//@ era tokio 0.2
//@ rows V041
use tokio::sync::broadcast::{self, RecvError};

#[tokio::main]
async fn main() {
    let (tx, mut rx) = broadcast::channel::<u8>(4);
    tx.send(1).unwrap();
    drop(tx);
    loop {
        match rx.recv().await {
            Ok(n) => println!("{n}"),
            Err(RecvError::Lagged(n)) => println!("missed {n}"),
            Err(RecvError::Closed) => break,
        }
    }
}
