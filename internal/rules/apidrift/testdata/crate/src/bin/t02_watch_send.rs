//@ era tokio 0.2
//@ rows V043
use tokio::sync::watch;

fn publish(config: &watch::Sender<u32>, version: u32) -> bool {
    config.broadcast(version).is_ok()
}

fn main() {
    let (tx, rx) = watch::channel(1);
    println!("{}", publish(&tx, 2));
    println!("{}", *rx.borrow());
}
