//! agent-browser #1101: a daemon ends when nobody spoke to it for a while. The sleep is made anew in each turn, and a faster tick always
//! wins, so the daemon never ends.

use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::{Instant, interval, sleep};

const IDLE: Duration = Duration::from_secs(600);

pub mod buggy {
    use super::*;

    pub async fn run_socket_server(listener: TcpListener) -> u64 {
        let mut reap = interval(Duration::from_millis(500));
        let mut served = 0;
        loop {
            tokio::select! {
                peer = listener.accept() => if peer.is_ok() { served += 1 }, //~ error-loop-spins
                _ = reap.tick() => println!("{served} so far"),
                _ = sleep(IDLE) => return served, //~ select-restarts-future
            }
        }
    }
}

pub mod fixed {
    use super::*;

    pub async fn run_socket_server(listener: TcpListener) -> u64 {
        let mut reap = interval(Duration::from_millis(500));
        let idle = sleep(IDLE);
        tokio::pin!(idle);
        let mut served = 0;
        loop {
            tokio::select! {
                peer = listener.accept() => if peer.is_ok() { //~ error-loop-spins
                    served += 1;
                    idle.as_mut().reset(Instant::now() + IDLE);
                },
                _ = reap.tick() => println!("{served} so far"),
                _ = &mut idle => return served,
            }
        }
    }
}
