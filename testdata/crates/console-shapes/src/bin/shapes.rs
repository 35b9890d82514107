use console_shapes::*;
use std::time::Duration;

#[tokio::main(flavor = "multi_thread", worker_threads = 3)]
async fn main() {
    let time = Duration::from_millis(std::env::args().nth(1).map_or(2500, |a| a.parse().unwrap()));
    tokio::spawn(normal());
    tokio::spawn(LostWaker);
    tokio::spawn(SelfWake);
    tokio::spawn(large());
    tokio::spawn(huge());
    tokio::spawn(never_yields(time));
    tokio::time::sleep(time).await;
}
