//! Shapes in which published proxies, brokers and tools were read to go wrong, and what stands beside them and is right.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::{RwLock, mpsc};

/// A forwarder ends, and waits for the map to take itself out of it, while the reader of the map waits for the forwarder.
pub mod the_map_over_a_full_queue {
    use super::*;

    type Peers = Arc<RwLock<HashMap<SocketAddr, mpsc::Sender<Vec<u8>>>>>;

    async fn forward(from: SocketAddr, out: UdpSocket, mut queue: mpsc::Receiver<Vec<u8>>, peers: Peers) {
        while let Some(packet) = queue.recv().await {
            if out.send(&packet).await.is_err() {
                break;
            }
        }
        let mut peers = peers.write().await;
        peers.remove(&from);
    }

    pub async fn open(from: SocketAddr, out: UdpSocket, peers: Peers) {
        let (tx, rx) = mpsc::channel(64);
        peers.write().await.insert(from, tx);
        tokio::spawn(forward(from, out, rx, peers.clone()));
    }

    pub async fn buggy(peers: Peers, from: SocketAddr, packet: Vec<u8>) {
        let known = peers.read().await;
        if let Some(peer) = known.get(&from) {
            let _ = peer.send(packet).await; //~? async-guard-across-wait
        }
    }

    pub async fn fixed(peers: Peers, from: SocketAddr, packet: Vec<u8>) {
        let peer = peers.read().await.get(&from).cloned();
        if let Some(peer) = peer {
            let _ = peer.send(packet).await;
        }
    }

    pub async fn also_fixed(peers: Peers, from: SocketAddr, packet: Vec<u8>) {
        let known = peers.read().await;
        if let Some(peer) = known.get(&from) {
            let _ = peer.try_send(packet);
        }
    }
}

/// The answer to an unknown name is written while the table of names is held, and a reload waits for the table.
pub mod the_table_over_an_answer {
    use super::*;

    pub struct Names {
        known: RwLock<HashMap<String, String>>,
    }

    impl Names {
        pub async fn reload(&self, known: HashMap<String, String>) {
            *self.known.write().await = known;
        }

        pub async fn buggy(&self, name: &str, peer: &mut TcpStream) -> io::Result<String> {
            let target = match self.known.read().await.get(name) {
                Some(target) => target.clone(),
                None => {
                    peer.write_all(b"no such name").await?; //~? async-guard-across-wait
                    return Err(io::ErrorKind::NotFound.into());
                }
            };
            Ok(target)
        }

        pub async fn fixed(&self, name: &str, peer: &mut TcpStream) -> io::Result<String> {
            let target = self.known.read().await.get(name).cloned();
            match target {
                Some(target) => Ok(target),
                None => {
                    peer.write_all(b"no such name").await?;
                    Err(io::ErrorKind::NotFound.into())
                }
            }
        }
    }
}

/// The channel of a reload is closed, and its branch is ready for ever.
pub mod a_closed_channel_is_always_ready {
    use super::*;

    pub async fn buggy(listener: TcpListener, mut reloads: mpsc::Receiver<u16>) {
        let mut port = 0;
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    if accepted.is_err() {
                        return;
                    }
                }
                reload = reloads.recv() => { //~? error-loop-spins
                    if let Some(new) = reload {
                        port = new;
                    }
                }
            }
            println!("{port}");
        }
    }

    pub async fn fixed(listener: TcpListener, mut reloads: mpsc::Receiver<u16>) {
        let mut port = 0;
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    if accepted.is_err() {
                        return;
                    }
                }
                Some(new) = reloads.recv() => port = new,
            }
            println!("{port}");
        }
    }
}

/// A helper logs the error of accept and gives nothing, and the loop asks again.
pub mod the_error_is_logged_elsewhere {
    use super::*;

    async fn next(listener: &TcpListener) -> Option<TcpStream> {
        match listener.accept().await {
            Ok((stream, _)) => Some(stream),
            Err(error) => {
                eprintln!("accept: {error}");
                None
            }
        }
    }

    async fn patient(listener: &TcpListener) -> Option<TcpStream> {
        match listener.accept().await {
            Ok((stream, _)) => Some(stream),
            Err(error) => {
                eprintln!("accept: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                None
            }
        }
    }

    pub async fn buggy(listener: TcpListener) {
        loop {
            let Some(stream) = next(&listener).await else { //~? error-loop-spins
                continue;
            };
            drop(stream);
        }
    }

    pub async fn fixed(listener: TcpListener) {
        loop {
            let Some(stream) = patient(&listener).await else {
                continue;
            };
            drop(stream);
        }
    }
}

/// Something that is ready at once stands between an error of accept and the next accept.
pub mod a_look_between_two_errors {
    use super::*;
    use tokio::sync::{Mutex, broadcast};

    pub struct Doors {
        stop: Mutex<broadcast::Sender<()>>,
    }

    impl Doors {
        async fn subscribe(&self) -> broadcast::Receiver<()> {
            self.stop.lock().await.subscribe()
        }

        pub async fn buggy(&self, listener: TcpListener) {
            loop {
                let stop = self.subscribe().await;
                match listener.accept().await { //~? error-loop-spins
                    Ok((stream, _)) => drop((stream, stop)),
                    Err(error) => eprintln!("accept: {error}"),
                }
            }
        }

        pub async fn fixed(&self, listener: TcpListener) {
            loop {
                let stop = self.subscribe().await;
                match listener.accept().await {
                    Ok((stream, _)) => drop((stream, stop)),
                    Err(error) => {
                        eprintln!("accept: {error}");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
            }
        }
    }
}

/// Each key that is pressed throws away the connection that is being made.
pub mod a_key_restarts_the_connection {
    use super::*;

    pub struct Link {
        address: SocketAddr,
        stream: Option<TcpStream>,
    }

    impl Link {
        async fn connect(&mut self) {
            tokio::time::sleep(Duration::from_secs(2)).await;
            if let Ok(stream) = TcpStream::connect(self.address).await {
                self.stream = Some(stream);
            }
        }

        pub async fn message(&mut self) -> u8 {
            loop {
                match &mut self.stream {
                    Some(stream) => match stream.read_u8().await {
                        Ok(byte) => return byte,
                        Err(_) => self.stream = None,
                    },
                    None => self.connect().await,
                }
            }
        }
    }

    pub async fn buggy(mut link: Link, mut keys: mpsc::Receiver<char>) {
        loop {
            tokio::select! {
                key = keys.recv() => match key {
                    Some('q') | None => return,
                    Some(key) => println!("{key}"),
                },
                byte = link.message() => println!("{byte}"), //~? select-restarts-future
            }
        }
    }

    pub async fn fixed(mut link: Link, mut keys: mpsc::Receiver<char>) {
        let (tx, mut bytes) = mpsc::channel(8);
        let reader = tokio::spawn(async move {
            while tx.send(link.message().await).await.is_ok() {}
        });
        loop {
            tokio::select! {
                key = keys.recv() => match key {
                    Some('q') | None => break,
                    Some(key) => println!("{key}"),
                },
                byte = bytes.recv() => match byte {
                    Some(byte) => println!("{byte}"),
                    None => break,
                },
            }
        }
        reader.abort();
    }
}

/// A worker that cannot connect tries again at once.
pub mod a_worker_that_knocks_without_a_pause {
    use super::*;

    async fn work(stream: TcpStream) -> io::Result<()> {
        drop(stream);
        Ok(())
    }

    pub async fn buggy(address: SocketAddr) {
        loop {
            match TcpStream::connect(address).await { //~? error-loop-spins
                Ok(stream) => {
                    if work(stream).await.is_ok() {
                        return;
                    }
                }
                Err(error) => eprintln!("connect: {error}"),
            }
        }
    }

    pub async fn fixed(address: SocketAddr) {
        let mut pause = Duration::from_millis(100);
        loop {
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    if work(stream).await.is_ok() {
                        return;
                    }
                }
                Err(error) => eprintln!("connect: {error}"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(30));
        }
    }
}

/// The table of servers is locked while a new one is bound and a child may be started: everybody who asks waits.
pub mod a_server_is_built_under_the_table {
    use super::*;
    use tokio::sync::Mutex;

    pub struct Manager {
        servers: Mutex<HashMap<u16, tokio::task::JoinHandle<io::Result<()>>>>,
    }

    async fn run(listener: TcpListener) -> io::Result<()> {
        loop {
            let (stream, _) = listener.accept().await?;
            drop(stream);
        }
    }

    impl Manager {
        pub async fn ports(&self) -> Vec<u16> {
            self.servers.lock().await.keys().copied().collect()
        }

        /// The old one is taken out before the new one is known to stand: a cancel leaves the port unserved.
        pub async fn replace(&self, host: &str, port: u16) -> io::Result<()> {
            let mut servers = self.servers.lock().await;
            if let Some(old) = servers.remove(&port) {
                old.abort();
            }
            let listener = TcpListener::bind((host, port)).await?;
            servers.insert(port, tokio::spawn(run(listener)));
            Ok(())
        }
    }
}

/// The close of a sink takes what is still to come, and is pending with nobody to wake it.
pub mod a_close_that_takes_one_answer {
    use futures::{Sink, Stream};
    use std::collections::VecDeque;
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    pub struct Pipeline<S> {
        inner: S,
        waiting: VecDeque<u32>,
    }

    impl<S: Stream<Item = u32> + Sink<u32, Error = ()> + Unpin> Pipeline<S> {
        fn answered(&mut self, answer: u32) -> Result<(), ()> {
            match self.waiting.pop_front() {
                Some(asked) if asked == answer => Ok(()),
                _ => Err(()),
            }
        }

        pub fn buggy(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), ()>> {
            if !self.waiting.is_empty() {
                ready!(Pin::new(&mut self.inner).poll_flush(cx))?;
            }
            match ready!(Pin::new(&mut self.inner).poll_next(cx)) {
                Some(answer) => {
                    let _ = self.answered(answer);
                    Poll::Pending //~? pending-without-waker
                }
                None => Poll::Ready(Ok(())),
            }
        }

        pub fn fixed(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), ()>> {
            while let Some(answer) = ready!(Pin::new(&mut self.inner).poll_next(cx)) {
                let _ = self.answered(answer);
            }
            Poll::Ready(Ok(()))
        }
    }
}
