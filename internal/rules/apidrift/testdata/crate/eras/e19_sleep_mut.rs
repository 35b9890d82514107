//@ era tokio 0.3 tokio 0.2
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = mpsc::channel::<u8>(1);
    drop(tx);
    let mut deadline = time::sleep(Duration::from_secs(1));
    loop {
        tokio::select! {
            _ = &mut deadline => break,
            v = rx.recv() => match v {
                Some(v) => println!("{}", v),
                None => break,
            },
        }
    }
}
