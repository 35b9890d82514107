//@ era tokio 0.2
use tokio::sync::{broadcast, watch};

#[tokio::main]
async fn main() {
    let (tx, mut rx) = watch::channel("starting");
    let (news, mut sub) = broadcast::channel::<u32>(4);
    tx.broadcast("running").unwrap();
    if let Some(state) = rx.recv().await {
        println!("{}", state);
    }
    news.send(9).unwrap();
    match sub.recv().await {
        Ok(n) => println!("{}", n),
        Err(broadcast::RecvError::Lagged(n)) => println!("missed {}", n),
        Err(broadcast::RecvError::Closed) => println!("closed"),
    }
}
