use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{interval, sleep, Instant};

pub async fn serve(mut jobs: mpsc::Receiver<String>) {
    let mut tick = interval(Duration::from_secs(1));
    let idle = sleep(Duration::from_secs(60));
    tokio::pin!(idle);
    loop {
        tokio::select! {
            Some(job) = jobs.recv() => {
                println!("{job}");
                idle.as_mut().reset(Instant::now() + Duration::from_secs(60));
            }
            _ = tick.tick() => println!("alive"),
            _ = &mut idle => return,
        }
    }
}
