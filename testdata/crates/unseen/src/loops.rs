//! More loops of servers and workers: accepting, receiving, choosing, spawning. Marked before pollux was asked.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpStream, UdpSocket, UnixListener, UnixStream};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Duration, Interval, sleep, timeout};

/// The name of a peer is read before the next peer is accepted.
pub mod a_greeting {
    use super::*;

    async fn greet(mut peer: UnixStream) -> io::Result<(String, UnixStream)> {
        let mut name = String::new();
        BufReader::new(&mut peer).read_line(&mut name).await?;
        Ok((name, peer))
    }

    pub async fn buggy(listener: UnixListener, out: mpsc::UnboundedSender<(String, UnixStream)>) -> io::Result<()> {
        loop {
            let (peer, _) = listener.accept().await?;
            if let Ok(named) = greet(peer).await { //~ serial-accept
                let _ = out.send(named);
            }
        }
    }

    pub async fn fixed(listener: UnixListener, out: mpsc::UnboundedSender<(String, UnixStream)>) -> io::Result<()> {
        let mut greeted = JoinSet::new();
        loop {
            tokio::select! {
                peer = listener.accept() => {
                    let (peer, _) = peer?;
                    greeted.spawn(greet(peer));
                }
                Some(Ok(Ok(named))) = greeted.join_next() => {
                    let _ = out.send(named);
                }
            }
        }
    }
}

/// The end of a broadcast is an error like each other.
pub mod a_broadcast_that_ends {
    use super::*;

    pub async fn buggy(mut news: broadcast::Receiver<u64>, sum: Arc<AtomicU64>) {
        loop {
            let Ok(n) = news.recv().await else { continue }; //~ error-loop-spins
            sum.fetch_add(n, Ordering::Relaxed);
        }
    }

    pub async fn fixed(mut news: broadcast::Receiver<u64>, sum: Arc<AtomicU64>) {
        loop {
            match news.recv().await {
                Ok(n) => drop(sum.fetch_add(n, Ordering::Relaxed)),
                Err(broadcast::error::RecvError::Lagged(_)) => continue,
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }
}

/// Each line of a peer, until it says goodbye.
pub mod lines_of_a_peer {
    use super::*;

    pub async fn buggy(peer: TcpStream) -> io::Result<u64> {
        let mut peer = BufReader::new(peer);
        let mut count = 0;
        let mut line = String::new();
        loop {
            line.clear();
            peer.read_line(&mut line).await?; //~? error-loop-spins
            if line.trim_end() == "bye" {
                return Ok(count);
            }
            count += 1;
        }
    }

    pub async fn fixed(peer: TcpStream) -> io::Result<u64> {
        let mut peer = BufReader::new(peer);
        let mut count = 0;
        let mut line = String::new();
        while peer.read_line(&mut line).await? > 0 {
            if line.trim_end() == "bye" {
                break;
            }
            count += 1;
            line.clear();
        }
        Ok(count)
    }
}

/// A limit whose future is made by work without a limit.
pub mod a_limit {
    use super::*;

    pub async fn buggy(addr: &str, text: &[u8]) -> io::Result<()> {
        timeout(Duration::from_secs(2), TcpStream::connect(addr).await?.write_all(text)).await? //~ timeout-misses-work
    }

    pub async fn fixed(addr: &str, text: &[u8]) -> io::Result<()> {
        timeout(Duration::from_secs(2), async {
            let mut peer = TcpStream::connect(addr).await?;
            peer.write_all(text).await
        })
        .await?
    }
}

/// A look into a queue, again and again.
pub mod a_look_into_a_queue {
    use super::*;

    pub async fn buggy(mut jobs: mpsc::Receiver<u64>, sum: Arc<AtomicU64>) {
        loop {
            match jobs.try_recv() { //~ never-yields
                Ok(n) => drop(sum.fetch_add(n, Ordering::Relaxed)),
                Err(mpsc::error::TryRecvError::Empty) => continue,
                Err(mpsc::error::TryRecvError::Disconnected) => break,
            }
        }
    }

    pub async fn fixed(mut jobs: mpsc::Receiver<u64>, sum: Arc<AtomicU64>) {
        loop {
            match jobs.try_recv() {
                Ok(n) => drop(sum.fetch_add(n, Ordering::Relaxed)),
                Err(mpsc::error::TryRecvError::Empty) => sleep(Duration::from_millis(5)).await,
                Err(mpsc::error::TryRecvError::Disconnected) => break,
            }
        }
    }
}

/// A choice whose first branch is always ready.
pub mod a_choice_in_order {
    use super::*;

    pub async fn buggy(mut stop: oneshot::Receiver<()>, sum: Arc<AtomicU64>) {
        loop {
            tokio::select! { //~? never-yields
                biased;
                _ = async { sum.fetch_add(1, Ordering::Relaxed) } => {}
                _ = &mut stop => return,
            }
        }
    }

    pub async fn fixed(mut stop: oneshot::Receiver<()>, sum: Arc<AtomicU64>) {
        loop {
            tokio::select! {
                biased;
                _ = &mut stop => return,
                _ = async { sum.fetch_add(1, Ordering::Relaxed) } => {}
            }
        }
    }
}

/// A choice whose first branch fills its own channel again.
pub mod a_choice_that_feeds_itself {
    use super::*;

    pub async fn buggy(mut stop: watch::Receiver<bool>) -> u64 {
        let (again, mut turns) = mpsc::unbounded_channel();
        let _ = again.send(0);
        let mut sum = 0;
        loop {
            tokio::select! { //~? never-yields
                biased;
                Some(n) = turns.recv() => {
                    sum += n;
                    let _ = again.send(n + 1);
                }
                _ = stop.changed() => return sum,
            }
        }
    }

    pub async fn fixed(mut stop: watch::Receiver<bool>, mut beat: Interval) -> u64 {
        let (again, mut turns) = mpsc::unbounded_channel();
        let mut sum = 0;
        loop {
            tokio::select! {
                biased;
                _ = stop.changed() => return sum,
                Some(n) = turns.recv() => sum += n,
                _ = beat.tick() => drop(again.send(1)),
            }
        }
    }
}

/// A task whose result is the only trace of its failure.
pub mod a_result_nobody_sees {
    use super::*;

    async fn copy(from: String, to: String) -> io::Result<u64> {
        tokio::fs::copy(from, to).await
    }

    pub fn buggy(from: String, to: String) {
        tokio::spawn(copy(from, to)); //~ detached-task
    }

    pub fn fixed(from: String, to: String) {
        tokio::spawn(async move {
            if let Err(e) = copy(from, to).await {
                tracing::warn!("copy: {e}");
            }
        });
    }
}

/// Datagrams, one after the other.
pub mod datagrams {
    use super::*;

    /// An error of a datagram's receipt is of one packet: it does not stay.
    pub async fn fixed(socket: UdpSocket) {
        let mut buf = [0; 1500];
        loop {
            match socket.recv_from(&mut buf).await {
                Ok((n, from)) => {
                    let _ = socket.send_to(&buf[..n], from).await;
                }
                Err(e) => tracing::warn!("recv: {e}"),
            }
        }
    }

    pub async fn buggy(mut peer: TcpStream) {
        let mut buf = [0; 1500];
        loop {
            match peer.read(&mut buf).await { //~ error-loop-spins
                Ok(n) => tracing::info!("{n} bytes"),
                Err(e) => {
                    tracing::warn!("read: {e}");
                    break;
                }
            }
        }
    }
}

/// A connection is made, then made again.
pub mod a_link {
    use super::*;

    pub async fn buggy(addr: String, mut frames: mpsc::Receiver<Vec<u8>>) {
        let mut link: Option<TcpStream> = None;
        while let Some(frame) = frames.recv().await {
            while link.is_none() {
                link = TcpStream::connect(&addr).await.ok(); //~? error-loop-spins
            }
            if let Some(peer) = &mut link {
                if peer.write_all(&frame).await.is_err() {
                    link = None;
                }
            }
        }
    }

    pub async fn fixed(addr: String, mut frames: mpsc::Receiver<Vec<u8>>) {
        let mut link: Option<TcpStream> = None;
        while let Some(frame) = frames.recv().await {
            while link.is_none() {
                match TcpStream::connect(&addr).await {
                    Ok(peer) => link = Some(peer),
                    Err(_) => sleep(Duration::from_secs(1)).await,
                }
            }
            if let Some(peer) = &mut link {
                if peer.write_all(&frame).await.is_err() {
                    link = None;
                }
            }
        }
    }
}
