use futures::{Stream, StreamExt, stream::FuturesUnordered};
use std::{io, pin::pin, time::Duration};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{broadcast, mpsc};
use tokio::time::interval;

pub async fn has_an_else(mut left: mpsc::Receiver<u32>, mut right: mpsc::Receiver<u32>) {
    loop {
        tokio::select! {
            Some(x) = left.recv() => println!("{x}"),
            Some(y) = right.recv() => println!("{y}"),
            else => break,
        }
    }
}

pub async fn one_can_always_complete(mut left: mpsc::Receiver<u32>, mut right: mpsc::Receiver<u32>) {
    let mut tick = interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            Some(x) = left.recv() => println!("{x}"),
            Some(y) = right.recv() => println!("{y}"),
            _ = tick.tick() => println!("tick"),
        }
    }
}

pub async fn takes_every_value(mut left: mpsc::Receiver<u32>, mut right: mpsc::Receiver<u32>) {
    loop {
        tokio::select! {
            x = left.recv() => match x {
                Some(x) => println!("{x}"),
                None => return,
            },
            y = right.recv() => println!("{y:?}"),
        }
    }
}

pub async fn one_or_the_other(mut left: mpsc::Receiver<u32>, mut right: mpsc::Receiver<u32>, first: bool) {
    loop {
        tokio::select! {
            x = left.recv(), if first => println!("{x:?}"),
            y = right.recv(), if !first => println!("{y:?}"),
        }
    }
}

pub async fn signals_go_on() -> io::Result<()> {
    let mut term = signal(SignalKind::terminate())?;
    let mut hup = signal(SignalKind::hangup())?;
    loop {
        tokio::select! {
            Some(()) = term.recv() => return Ok(()),
            Some(()) = hup.recv() => println!("again"),
        }
    }
}

pub async fn a_sender_is_kept(again: mpsc::Sender<u32>, mut jobs: mpsc::Receiver<u32>) {
    loop {
        tokio::select! {
            Some(job) = jobs.recv() => drop(again.try_send(job)),
        }
    }
}

pub struct Queue {
    again: mpsc::UnboundedSender<u32>,
    jobs: mpsc::UnboundedReceiver<u32>,
}

impl Queue {
    pub async fn run(&mut self) {
        loop {
            tokio::select! {
                Some(job) = self.jobs.recv() => println!("{job}"),
            }
        }
    }

    pub fn push(&self, job: u32) {
        drop(self.again.send(job));
    }
}

pub async fn errors_are_seen(events: impl Stream<Item = io::Result<u32>>, mut ticks: mpsc::Receiver<()>) {
    let mut events = pin!(events);
    loop {
        tokio::select! {
            event = events.next() => match event {
                Some(Ok(event)) => println!("{event}"),
                Some(Err(error)) => println!("{error}"),
                None => return,
            },
            _ = ticks.recv() => println!("tick"),
        }
    }
}

pub async fn once_only(events: impl Stream<Item = io::Result<u32>>, mut ticks: mpsc::Receiver<()>) {
    let mut events = pin!(events);
    tokio::select! {
        Some(Ok(event)) = events.next() => println!("{event}"),
        _ = ticks.recv() => println!("tick"),
    }
}

pub async fn runs_only_when_polled(mut extra: Option<mpsc::Receiver<u32>>, mut jobs: broadcast::Receiver<u32>) {
    let mut running = FuturesUnordered::<std::future::Ready<u32>>::new();
    loop {
        tokio::select! {
            x = async { extra.as_mut().unwrap().recv().await }, if extra.is_some() => println!("{x:?}"),
            _ = running.next(), if !running.is_empty() => {}
            job = jobs.recv() => match job {
                Ok(job) => println!("{job}"),
                Err(_) => return,
            },
        }
    }
}

pub async fn never_empty_when_it_is_asked(mut jobs: mpsc::Receiver<u32>, work: impl Fn(u32) -> std::future::Ready<u32>) {
    let mut running = FuturesUnordered::new();
    let mut open = true;
    while open || !running.is_empty() {
        tokio::select! {
            Some(done) = running.next(), if !running.is_empty() => println!("{done}"),
            job = jobs.recv(), if open => match job {
                Some(job) => running.push(work(job)),
                None => open = false,
            },
        }
    }
}
