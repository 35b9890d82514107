//@ edition: 2021
//! Futures that a loop makes anew in each turn.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, Notify};
use tokio::time::{interval, sleep};

const IDLE: Duration = Duration::from_secs(30);

fn slow() -> u32 {
    7
}

pub async fn idle_limit_beside_a_tick(mut jobs: mpsc::Receiver<u32>) -> u32 {
    let mut tick = interval(Duration::from_millis(500));
    let mut sum = 0;
    loop {
        tokio::select! {
            Some(n) = jobs.recv() => sum += n,
            _ = tick.tick() => println!("{sum}"),
            _ = sleep(IDLE) => return sum, //~ select-restarts-future: this sleep of 30s never ends: it is made anew in each turn of the loop, and another branch is ready every 500ms
        }
    }
}

pub async fn two_sleeps(notify: &Notify) {
    loop {
        tokio::select! {
            _ = notify.notified() => {}
            _ = sleep(Duration::from_secs(1)) => println!("a second"),
            _ = tokio::time::sleep(Duration::from_secs(60)) => return, //~ select-restarts-future
        }
    }
}

pub async fn connection_beside_events(to: SocketAddr, mut events: mpsc::Receiver<u32>) -> io::Result<TcpStream> {
    let mut seen = 0;
    loop {
        tokio::select! {
            stream = TcpStream::connect(to) => return stream, //~ select-restarts-future: `connect` is made anew in each turn of the loop: the connection attempt begins anew
            event = events.recv() => match event {
                Some(n) => seen += n,
                None => println!("{seen}"),
            },
        }
    }
}

pub async fn blocking_work_beside_a_tick() -> u32 {
    let mut tick = interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            n = tokio::task::spawn_blocking(slow) => return n.unwrap_or(0), //~ select-restarts-future: `spawn_blocking` is made anew in each turn of the loop: the closure is started once more
            _ = tick.tick() => println!("still at work"),
        }
    }
}

pub async fn task_beside_events(mut events: mpsc::Receiver<u32>) -> u32 {
    loop {
        tokio::select! {
            n = tokio::spawn(async { slow() }) => return n.unwrap_or(0), //~ select-restarts-future
            event = events.recv() => println!("{event:?}"),
        }
    }
}

pub async fn wait_for(id: u64, limit: Duration, mut answers: tokio::sync::broadcast::Receiver<u64>) -> Option<u64> {
    loop {
        tokio::select! {
            answer = answers.recv() => match answer {
                Ok(n) if n == id => return Some(n),
                Ok(_) => continue,
                Err(_) => return None,
            },
            _ = sleep(limit) => return None, //~ select-restarts-future: this limit starts anew with everything that is thrown away
        }
    }
}
