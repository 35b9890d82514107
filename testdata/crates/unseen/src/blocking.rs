//! Calls that block the thread, from async code.

use std::io::{BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Backing off between attempts, in a helper of a helper.
pub mod backoff_in_a_helper {
    use super::*;

    struct Backoff {
        next: Duration,
    }

    impl Backoff {
        fn wait(&mut self) {
            std::thread::sleep(self.next);
            self.next *= 2;
        }

        async fn wait_async(&mut self) {
            tokio::time::sleep(self.next).await;
            self.next *= 2;
        }
    }

    async fn attempt() -> Result<u32, ()> {
        tokio::task::yield_now().await;
        Err(())
    }

    pub async fn buggy() -> Option<u32> {
        let mut backoff = Backoff { next: Duration::from_millis(100) };
        for _ in 0..5 {
            match attempt().await {
                Ok(x) => return Some(x),
                Err(()) => backoff.wait(), //~ blocking-in-async
            }
        }
        None
    }

    pub async fn fixed() -> Option<u32> {
        let mut backoff = Backoff { next: Duration::from_millis(100) };
        for _ in 0..5 {
            match attempt().await {
                Ok(x) => return Some(x),
                Err(()) => backoff.wait_async().await,
            }
        }
        None
    }
}

/// Reading a certificate in a closure that only the cold path runs.
pub mod a_file_in_a_closure {
    use super::*;

    async fn peer() -> Option<Vec<u8>> {
        tokio::task::yield_now().await;
        None
    }

    pub async fn buggy(path: &Path) -> std::io::Result<Vec<u8>> {
        peer().await.map(Ok).unwrap_or_else(|| std::fs::read(path)) //~ blocking-in-async
    }

    pub async fn fixed(path: &Path) -> std::io::Result<Vec<u8>> {
        match peer().await {
            Some(bytes) => Ok(bytes),
            None => tokio::fs::read(path).await,
        }
    }
}

/// A worker waits on a channel of the standard library.
pub mod a_channel_of_std {
    use std::sync::mpsc;

    pub fn buggy(rx: mpsc::Receiver<u32>) -> tokio::task::JoinHandle<u32> {
        tokio::spawn(async move {
            let mut sum = 0;
            while let Ok(x) = rx.recv() { //~ blocking-in-async
                sum += x;
                tokio::task::yield_now().await;
            }
            sum
        })
    }

    pub fn fixed(mut rx: tokio::sync::mpsc::Receiver<u32>) -> tokio::task::JoinHandle<u32> {
        tokio::spawn(async move {
            let mut sum = 0;
            while let Some(x) = rx.recv().await {
                sum += x;
            }
            sum
        })
    }
}

/// A condition variable in an async function.
pub mod a_condition_variable {
    use std::sync::{Condvar, Mutex};

    pub struct Gate {
        open: Mutex<bool>,
        changed: Condvar,
        told: tokio::sync::Notify,
    }

    impl Gate {
        pub async fn buggy(&self) {
            let mut open = self.open.lock().unwrap();
            while !*open {
                open = self.changed.wait(open).unwrap(); //~ blocking-in-async
            }
        }

        pub async fn fixed(&self) {
            loop {
                let told = self.told.notified();
                if *self.open.lock().unwrap() {
                    return;
                }
                told.await;
            }
        }
    }
}

/// A thread is joined at the end of a request.
pub mod a_thread_is_joined {
    pub async fn buggy(data: Vec<u64>) -> u64 {
        let worker = std::thread::spawn(move || data.iter().sum::<u64>());
        tokio::task::yield_now().await;
        worker.join().unwrap() //~ blocking-in-async
    }

    pub async fn fixed(data: Vec<u64>) -> u64 {
        tokio::task::spawn_blocking(move || data.iter().sum::<u64>()).await.unwrap()
    }
}

/// A file is read line by line with std.
pub mod lines_of_a_file {
    use super::*;
    use tokio::io::AsyncBufReadExt;

    pub async fn buggy(path: PathBuf) -> std::io::Result<usize> {
        let file = tokio::fs::File::open(&path).await?.into_std().await;
        let mut n = 0;
        for line in std::io::BufReader::new(file).lines() { //~ blocking-in-async
            n += line?.len();
        }
        Ok(n)
    }

    pub async fn fixed(path: PathBuf) -> std::io::Result<usize> {
        let file = tokio::fs::File::open(&path).await?;
        let mut lines = tokio::io::BufReader::new(file).lines();
        let mut n = 0;
        while let Some(line) = lines.next_line().await? {
            n += line.len();
        }
        Ok(n)
    }
}

/// A program is run by the trait method of a handler.
pub mod a_program_in_a_trait_method {
    pub trait Probe {
        fn probe(&self) -> impl Future<Output = bool> + Send;
    }

    pub struct Git;
    pub struct GitAsync;

    impl Probe for Git {
        async fn probe(&self) -> bool {
            std::process::Command::new("git").arg("status").status().is_ok_and(|s| s.success()) //~ blocking-in-async
        }
    }

    impl Probe for GitAsync {
        async fn probe(&self) -> bool {
            tokio::process::Command::new("git").arg("status").status().await.is_ok_and(|s| s.success())
        }
    }
}

/// A connection of std that is used as long as a handshake takes.
pub mod a_socket_of_std {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    struct Legacy {
        stream: std::net::TcpStream,
    }

    impl Legacy {
        fn hello(&mut self) -> std::io::Result<u8> {
            self.stream.write_all(b"hello")?;
            let mut answer = [0u8; 1];
            self.stream.read_exact(&mut answer)?;
            Ok(answer[0])
        }
    }

    pub async fn buggy(address: &str) -> std::io::Result<u8> {
        let stream = std::net::TcpStream::connect(address)?; //~ blocking-in-async
        let mut legacy = Legacy { stream };
        legacy.hello() //~ blocking-in-async
    }

    pub async fn fixed(address: &str) -> std::io::Result<u8> {
        let mut stream = tokio::net::TcpStream::connect(address).await?;
        stream.write_all(b"hello").await?;
        stream.read_u8().await
    }
}

/// The name of a host is looked up with std.
pub mod a_name_is_looked_up {
    use std::net::{SocketAddr, ToSocketAddrs};

    pub async fn buggy(host: &str) -> Option<SocketAddr> {
        (host, 443).to_socket_addrs().ok()?.next() //~ blocking-in-async
    }

    pub async fn fixed(host: &str) -> Option<SocketAddr> {
        tokio::net::lookup_host((host, 443)).await.ok()?.next()
    }
}

/// A sync interface that drives futures of its own, called from a handler.
pub mod a_sync_facade {
    pub struct Client;

    impl Client {
        async fn get_async(&self, key: u32) -> u32 {
            tokio::task::yield_now().await;
            key
        }

        fn get(&self, key: u32) -> u32 {
            futures::executor::block_on(self.get_async(key))
        }

        pub async fn buggy(&self) -> u32 {
            self.get(1) //~ nested-block-on
        }

        pub async fn fixed(&self) -> u32 {
            self.get_async(1).await
        }
    }
}

/// A runtime is made for one call, in a conversion that async code uses.
pub mod a_runtime_for_one_call {
    fn resolve(id: u32) -> u32 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            tokio::task::yield_now().await;
            id
        })
    }

    pub async fn buggy(ids: Vec<u32>) -> Vec<u32> {
        tokio::task::yield_now().await;
        ids.into_iter().map(resolve).collect() //~ nested-block-on
    }

    pub async fn fixed(ids: Vec<u32>) -> Vec<u32> {
        tokio::task::spawn_blocking(move || ids.into_iter().map(resolve).collect()).await.unwrap()
    }
}

/// The blocking half of a tokio channel, in a task.
pub mod the_blocking_half {
    use tokio::sync::mpsc;

    struct Reporter {
        tx: mpsc::Sender<String>,
    }

    impl Reporter {
        fn report(&self, text: &str) {
            let _ = self.tx.blocking_send(text.to_owned());
        }

        fn try_report(&self, text: &str) {
            let _ = self.tx.try_send(text.to_owned());
        }
    }

    pub async fn buggy(tx: mpsc::Sender<String>) {
        let reporter = Reporter { tx };
        tokio::task::yield_now().await;
        reporter.report("done"); //~ nested-block-on
    }

    pub async fn fixed(tx: mpsc::Sender<String>) {
        let reporter = Reporter { tx };
        tokio::task::yield_now().await;
        reporter.try_report("done");
    }
}

/// A file is written in `poll`.
pub mod a_file_in_poll {
    use super::*;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub struct Tee<R> {
        inner: R,
        copy: std::fs::File,
    }

    impl<R: tokio::io::AsyncRead + Unpin> tokio::io::AsyncRead for Tee<R> {
        fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut tokio::io::ReadBuf<'_>) -> Poll<std::io::Result<()>> {
            let before = buf.filled().len();
            std::task::ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
            let new = buf.filled()[before..].to_vec();
            Poll::Ready(self.copy.write_all(&new)) //~ blocking-in-async
        }
    }
}
