//@ edition: 2021
//! Near misses: sleeps that restart on purpose or can end, futures that are kept, attempts that are given up for a reason.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch, Notify};
use tokio::time::{interval, sleep, Instant};

fn slow() -> u32 {
    7
}

pub async fn idle_limit(mut jobs: mpsc::Receiver<u32>) -> u32 {
    let mut sum = 0;
    loop {
        tokio::select! {
            Some(n) = jobs.recv() => sum += n,
            _ = sleep(Duration::from_secs(30)) => return sum,
        }
    }
}

pub async fn pinned_outside(mut jobs: mpsc::Receiver<u32>) -> u32 {
    let deadline = sleep(Duration::from_secs(30));
    tokio::pin!(deadline);
    let mut tick = interval(Duration::from_millis(500));
    let mut sum = 0;
    loop {
        tokio::select! {
            Some(n) = jobs.recv() => {
                sum += n;
                deadline.as_mut().reset(Instant::now() + Duration::from_secs(30));
            }
            _ = tick.tick() => println!("{sum}"),
            _ = &mut deadline => return sum,
        }
    }
}

pub async fn the_sleep_is_shorter(mut jobs: mpsc::Receiver<u32>) -> u32 {
    let mut tick = interval(Duration::from_secs(60));
    loop {
        tokio::select! {
            Some(n) = jobs.recv() => return n,
            _ = tick.tick() => println!("a minute"),
            _ = sleep(Duration::from_secs(1)) => println!("a second"),
        }
    }
}

pub async fn length_not_known(wait: Duration) {
    let mut tick = interval(Duration::from_millis(500));
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = sleep(wait) => return,
        }
    }
}

pub async fn tick_with_a_precondition(mut jobs: mpsc::Receiver<u32>) {
    let mut tick = interval(Duration::from_millis(500));
    let mut busy = true;
    loop {
        tokio::select! {
            job = jobs.recv() => busy = job.is_some(),
            _ = tick.tick(), if busy => println!("busy"),
            _ = sleep(Duration::from_secs(30)) => return,
        }
    }
}

pub async fn tick_that_is_put_off(mut jobs: mpsc::Receiver<u32>) {
    let mut tick = interval(Duration::from_millis(500));
    loop {
        tokio::select! {
            _ = jobs.recv() => {}
            _ = tick.tick() => tick.reset_after(Duration::from_secs(60)),
            _ = sleep(Duration::from_secs(30)) => return,
        }
    }
}

pub async fn attempt_with_a_limit(to: SocketAddr) -> io::Result<TcpStream> {
    loop {
        tokio::select! {
            stream = TcpStream::connect(to) => return stream,
            _ = sleep(Duration::from_secs(5)) => println!("again"),
        }
    }
}

pub async fn attempt_elsewhere(mut addresses: watch::Receiver<SocketAddr>) -> io::Result<TcpStream> {
    let mut to = *addresses.borrow();
    loop {
        tokio::select! {
            stream = TcpStream::connect(to) => return stream,
            _ = addresses.changed() => to = *addresses.borrow(),
        }
    }
}

pub async fn attempt_until_told(to: SocketAddr, stop: &Notify) -> io::Result<Option<TcpStream>> {
    loop {
        tokio::select! {
            stream = TcpStream::connect(to) => match stream {
                Ok(stream) => return Ok(Some(stream)),
                Err(error) => println!("{error}"),
            },
            _ = stop.notified() => return Ok(None),
        }
    }
}

pub async fn accept_beside_a_tick(listener: TcpListener) -> io::Result<()> {
    let mut tick = interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            peer = listener.accept() => drop(peer?),
            _ = tick.tick() => println!("listening"),
        }
    }
}

pub async fn one_handle_for_all_turns() -> u32 {
    let mut tick = interval(Duration::from_secs(1));
    let mut work = tokio::task::spawn_blocking(slow);
    loop {
        tokio::select! {
            n = &mut work => return n.unwrap_or(0),
            _ = tick.tick() => println!("still at work"),
        }
    }
}

pub async fn work_or_nothing(stop: &Notify) -> u32 {
    tokio::select! {
        n = tokio::task::spawn_blocking(slow) => n.unwrap_or(0),
        _ = stop.notified() => 0,
    }
}

pub async fn an_idle_limit(limit: Duration, mut answers: tokio::sync::broadcast::Receiver<u64>) -> u64 {
    let mut sum = 0;
    loop {
        tokio::select! {
            answer = answers.recv() => match answer {
                Ok(0) => continue,
                Ok(n) => sum += n,
                Err(_) => return sum,
            },
            _ = tokio::time::sleep(limit) => return sum,
        }
    }
}

pub async fn one_limit_for_all(id: u64, limit: Duration, mut answers: tokio::sync::broadcast::Receiver<u64>) -> Option<u64> {
    let limit = tokio::time::sleep(limit);
    tokio::pin!(limit);
    loop {
        tokio::select! {
            answer = answers.recv() => match answer {
                Ok(n) if n == id => return Some(n),
                Ok(_) => continue,
                Err(_) => return None,
            },
            _ = &mut limit => return None,
        }
    }
}

pub async fn ticks_while_it_waits(limit: Duration, mut stop: tokio::sync::broadcast::Receiver<u64>) {
    loop {
        tokio::select! {
            _ = stop.recv() => return,
            _ = tokio::time::sleep(limit) => println!("still here"),
        }
    }
}
