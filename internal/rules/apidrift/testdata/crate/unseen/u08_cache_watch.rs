//@ era tokio 0.2
use tokio::sync::watch;

struct Config {
    tx: watch::Sender<u64>,
}

impl Config {
    fn bump(&self, to: u64) -> Result<(), watch::error::SendError<u64>> {
        self.tx.broadcast(to)
    }
}

fn main() {
    let (tx, rx) = watch::channel(0);
    Config { tx }.bump(3).unwrap();
    println!("{}", *rx.borrow());
}
