//@ era futures 0.1
use futures::future;
use futures::sync::oneshot;
use futures::FutureExt;

fn main() {
    let (tx, rx) = oneshot::channel::<u8>();
    let _ = tx.send(1);
    let both = rx.map(|r| r.unwrap_or(0)).join(future::ready(2u8));
    println!("{:?}", futures::executor::block_on(both));
}
