//! Tasks that nobody waits for, that nobody can stop, and loops that stall or spin.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, mpsc};

/// The future of a clean-up is built and thrown away.
pub mod a_clean_up_that_never_runs {
    pub struct Room {
        members: Vec<u32>,
    }

    impl Room {
        async fn leave(&self, id: u32) {
            tokio::task::yield_now().await;
            println!("{id} left");
        }

        pub async fn buggy(&self) {
            for id in &self.members {
                let _ = self.leave(*id); //~ dropped-future
            }
        }

        pub async fn also_buggy(&self) {
            self.members.iter().for_each(|id| {
                let _left = self.leave(*id); //~ dropped-future
            });
        }

        pub async fn fixed(&self) {
            for id in &self.members {
                self.leave(*id).await;
            }
        }
    }
}

/// The handshake of one peer stands between the others and the listener.
pub mod one_peer_stalls_all {
    use super::*;

    async fn handshake(stream: &mut TcpStream) -> io::Result<u8> {
        stream.write_all(b"hello").await?;
        stream.read_u8().await
    }

    async fn serve(stream: TcpStream) {
        drop(stream);
    }

    pub async fn buggy(listener: TcpListener) -> io::Result<()> {
        loop {
            let (mut stream, _) = listener.accept().await?;
            if handshake(&mut stream).await.is_ok() { //~ serial-accept
                tokio::spawn(serve(stream));
            }
        }
    }

    pub async fn fixed(listener: TcpListener) -> io::Result<()> {
        loop {
            let (mut stream, _) = listener.accept().await?;
            tokio::spawn(async move {
                if handshake(&mut stream).await.is_ok() {
                    serve(stream).await;
                }
            });
        }
    }
}

/// Accepting fails for want of descriptors, and is tried again at once.
pub mod an_error_that_stays {
    use super::*;

    async fn serve(stream: TcpStream) {
        drop(stream);
    }

    pub async fn buggy(listener: TcpListener) {
        loop {
            match listener.accept().await { //~ error-loop-spins
                Ok((stream, _)) => {
                    tokio::spawn(serve(stream));
                }
                Err(e) => {
                    eprintln!("accept: {e}");
                    continue;
                }
            }
        }
    }

    pub async fn fixed(listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(serve(stream));
                }
                Err(e) => {
                    eprintln!("accept: {e}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

/// A closed channel answers at once, for ever.
pub mod a_closed_channel {
    use super::*;

    pub async fn buggy(mut rx: broadcast::Receiver<u32>) {
        loop {
            if let Ok(x) = rx.recv().await { //~ error-loop-spins
                println!("{x}");
            }
        }
    }

    pub async fn fixed(mut rx: broadcast::Receiver<u32>) {
        loop {
            match rx.recv().await {
                Ok(x) => println!("{x}"),
                Err(broadcast::error::RecvError::Lagged(n)) => eprintln!("{n} missed"),
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }
}

/// Waiting for a flag by looking at it.
pub mod waiting_by_looking {
    use super::*;

    pub async fn buggy(done: Arc<AtomicBool>) {
        while !done.load(Ordering::Acquire) { //~ never-yields
            std::hint::spin_loop();
        }
    }

    pub async fn also_buggy(jobs: Arc<Mutex<VecDeque<u32>>>) -> u32 {
        loop {
            if let Some(job) = jobs.lock().unwrap().pop_front() { //~? never-yields
                return job;
            }
        }
    }

    pub async fn fixed(done: Arc<AtomicBool>) {
        while !done.load(Ordering::Acquire) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// The limit is set around a value that is ready.
pub mod a_limit_around_nothing {
    use super::*;

    async fn query(n: u32) -> u32 {
        tokio::time::sleep(Duration::from_secs(10)).await;
        n
    }

    pub async fn buggy() -> Option<u32> {
        tokio::time::timeout(Duration::from_secs(1), std::future::ready(query(1).await)).await.ok() //~ timeout-misses-work
    }

    pub async fn fixed() -> Option<u32> {
        tokio::time::timeout(Duration::from_secs(1), query(1)).await.ok()
    }
}

/// A task that writes is let go, and its failure with it.
pub mod a_task_is_let_go {
    use super::*;

    async fn write(path: String) -> io::Result<()> {
        tokio::fs::write(path, b"state").await
    }

    pub async fn buggy(path: String) {
        tokio::spawn(async move { write(path).await.expect("state is written") }); //~? detached-task
    }

    pub async fn fixed(path: String) {
        tokio::spawn(async move { write(path).await.expect("state is written") }).await.unwrap();
    }
}

/// A branch that is always ready stands first in a biased select.
pub mod a_branch_that_is_always_ready {
    use super::*;

    pub async fn right(mut jobs: mpsc::Receiver<u32>, mut stop: mpsc::Receiver<()>) {
        loop {
            tokio::select! {
                biased;
                _ = stop.recv() => return,
                Some(job) = jobs.recv() => println!("{job}"),
            }
        }
    }
}
