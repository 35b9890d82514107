use futures::{Stream, StreamExt, stream::FuturesUnordered};
use std::{future::Future, io, pin::pin};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

pub async fn two_channels(mut left: mpsc::Receiver<u32>, mut right: mpsc::Receiver<u32>) {
    loop {
        tokio::select! { //~ select-disabled-branch: this `select!` panics when all of its branches are off
            Some(x) = left.recv() => println!("{x}"),
            Some(y) = right.recv() => println!("{y}"),
        }
    }
}

pub async fn jobs_and_work(mut jobs: mpsc::Receiver<u32>, work: impl Fn(u32) -> std::pin::Pin<Box<dyn Future<Output = ()>>>) {
    let mut running = FuturesUnordered::new();
    loop {
        tokio::select! { //~ select-disabled-branch
            Some(job) = jobs.recv(), if running.len() < 4 => running.push(work(job)),
            Some(()) = running.next() => {}
        }
    }
}

pub async fn one_has_a_precondition(mut jobs: mpsc::Receiver<u32>, mut more: mpsc::Receiver<u32>, wanted: bool) {
    loop {
        tokio::select! { //~ select-disabled-branch
            Some(job) = jobs.recv() => println!("{job}"),
            other = more.recv(), if wanted => println!("{other:?}"),
        }
    }
}

pub async fn accept_or_job(listener: TcpListener, mut jobs: mpsc::UnboundedReceiver<u32>) {
    loop {
        tokio::select! { //~ select-disabled-branch
            Ok((_, peer)) = listener.accept() => println!("{peer}"),
            Some(job) = jobs.recv() => println!("{job}"),
        }
    }
}

pub async fn errors_vanish(events: impl Stream<Item = io::Result<u32>>, mut ticks: mpsc::Receiver<()>) {
    let mut events = pin!(events);
    loop {
        tokio::select! {
            Some(Ok(event)) = events.next() => println!("{event}"), //~ select-disabled-branch: an `Err` of this branch is dropped unseen, and the end of the stream too
            tick = ticks.recv() => match tick {
                Some(()) => println!("tick"),
                None => return,
            },
        }
    }
}

pub async fn needs_what_it_tests(mut extra: Option<mpsc::Receiver<u32>>, mut jobs: mpsc::Receiver<u32>) {
    loop {
        tokio::select! {
            x = extra.as_mut().unwrap().recv(), if extra.is_some() => println!("{x:?}"), //~ select-disabled-branch: this panics when the branch's own precondition is false
            job = jobs.recv() => match job {
                Some(job) => println!("{job}"),
                None => return,
            },
        }
    }
}

pub struct Hub {
    peers: Vec<mpsc::Receiver<u32>>,
    reply: Option<mpsc::Receiver<u32>>,
    jobs: mpsc::Receiver<u32>,
}

impl Hub {
    pub async fn run(&mut self) {
        while !self.jobs.is_closed() {
            tokio::select! {
                x = self.peers[0].recv(), if !self.peers.is_empty() => println!("{x:?}"), //~ select-disabled-branch
                y = self.reply.as_mut().expect("a reply").recv(), if !self.reply.is_none() => println!("{y:?}"), //~ select-disabled-branch
                job = self.jobs.recv() => println!("{job:?}"),
            }
        }
    }
}
