use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{interval, sleep};

pub async fn serve(mut jobs: mpsc::Receiver<String>) {
    let mut tick = interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            Some(job) = jobs.recv() => println!("{job}"),
            _ = tick.tick() => println!("alive"),
            _ = sleep(Duration::from_secs(60)) => return, //~ select-restarts-future: this sleep of 1m0s never ends
        }
    }
}
