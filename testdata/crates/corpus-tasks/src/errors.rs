//! Loops that come back at once to what has failed for good.

/// trusty-tools #6025 (class 11): `changed` gives an error for ever once the sender is gone.
pub mod q06 {
    use tokio::sync::{mpsc, watch};

    pub mod buggy {
        use super::*;

        pub async fn supervise(mut stop: watch::Receiver<bool>, mut work: mpsc::Receiver<u32>) {
            loop {
                tokio::select! {
                    changed = stop.changed() => { //~ error-loop-spins
                        if changed.is_err() {
                            continue;
                        }
                        if *stop.borrow() {
                            return;
                        }
                    }
                    Some(n) = work.recv() => println!("{n}"),
                }
            }
        }
    }

    pub mod fixed {
        use super::*;

        pub async fn supervise(mut stop: watch::Receiver<bool>, mut work: mpsc::Receiver<u32>) {
            loop {
                tokio::select! {
                    changed = stop.changed(), if stop.has_changed().is_ok() => {
                        if changed.is_err() {
                            continue;
                        }
                        if *stop.borrow() {
                            return;
                        }
                    }
                    Some(n) = work.recv() => println!("{n}"),
                    else => return,
                }
            }
        }
    }
}

/// Published servers: `accept` fails for want of descriptors, the loop logs and goes on.
pub mod descriptors {
    use std::io;
    use std::time::Duration;
    use tokio::net::{TcpListener, TcpStream, UnixListener};

    pub mod buggy {
        use super::*;

        async fn next_peer(listener: &TcpListener) -> io::Result<TcpStream> {
            let (socket, _) = listener.accept().await?;
            socket.set_nodelay(true)?;
            Ok(socket)
        }

        pub async fn by_helper(listener: TcpListener) {
            loop {
                match next_peer(&listener).await { //~? error-loop-spins
                    Ok(socket) => drop(tokio::spawn(async move { drop(socket) })),
                    Err(e) => eprintln!("{e}"),
                }
            }
        }

        pub async fn both(tcp: TcpListener, unix: UnixListener) {
            loop {
                tokio::select! {
                    Ok((socket, _)) = tcp.accept() => drop(socket),
                    other = unix.accept() => { //~ error-loop-spins
                        let Ok((socket, _)) = other.map_err(|e| eprintln!("{e}")) else { continue };
                        drop(socket);
                    }
                }
            }
        }

        pub async fn counted(listener: TcpListener) -> u64 {
            let mut failed = 0u64;
            loop {
                let peer = listener.accept().await; //~ error-loop-spins
                if let Err(e) = &peer {
                    failed += 1;
                    eprintln!("{failed} {e}");
                } else if let Ok((socket, _)) = peer {
                    tokio::spawn(async move { drop(socket) });
                }
            }
        }
    }

    pub mod fixed {
        use super::*;

        async fn next_peer(listener: &TcpListener) -> io::Result<TcpStream> {
            let (socket, _) = listener.accept().await?;
            socket.set_nodelay(true)?;
            Ok(socket)
        }

        pub async fn by_helper(listener: TcpListener) {
            loop {
                match next_peer(&listener).await {
                    Ok(socket) => drop(tokio::spawn(async move { drop(socket) })),
                    Err(e) => {
                        eprintln!("{e}");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
            }
        }

        pub async fn both(tcp: TcpListener, unix: UnixListener) {
            loop {
                tokio::select! {
                    Ok((socket, _)) = tcp.accept() => drop(socket),
                    other = unix.accept() => {
                        let Ok((socket, _)) = other.map_err(|e| eprintln!("{e}")) else { return };
                        drop(socket);
                    }
                }
            }
        }

        pub async fn counted(listener: TcpListener) -> u64 {
            let mut failed = 0u64;
            loop {
                let peer = listener.accept().await;
                if let Err(e) = &peer {
                    failed += 1;
                    eprintln!("{failed} {e}");
                    if failed > 100 {
                        return failed;
                    }
                    tokio::time::sleep(Duration::from_millis(10 * failed)).await;
                } else if let Ok((socket, _)) = peer {
                    failed = 0;
                    tokio::spawn(async move { drop(socket) });
                }
            }
        }
    }
}

/// Closed channels and ended inputs in other words.
pub mod ended {
    use futures::StreamExt;
    use futures::channel::mpsc as other;
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
    use tokio::net::TcpStream;
    use tokio::sync::broadcast::error::RecvError;
    use tokio::sync::{broadcast, mpsc};

    pub mod buggy {
        use super::*;

        pub async fn ignored(mut rx: broadcast::Receiver<u32>, mut sum: u32) {
            loop {
                let Ok(n) = rx.recv().await else { //~ error-loop-spins
                    eprintln!("nothing");
                    continue;
                };
                sum += n;
                println!("{sum}");
            }
        }

        pub async fn by_default(mut rx: mpsc::UnboundedReceiver<String>) {
            loop {
                let line = rx.recv().await.unwrap_or_default(); //~ error-loop-spins
                println!("{line}");
            }
        }

        pub async fn futures_channel(mut rx: other::Receiver<u32>) {
            loop {
                match rx.next().await { //~ error-loop-spins
                    None => eprintln!("no item"),
                    Some(n) => println!("{n}"),
                }
            }
        }

        pub async fn lines(socket: TcpStream) -> std::io::Result<()> {
            let mut reader = BufReader::new(socket);
            let mut line = String::new();
            loop {
                line.clear();
                reader.read_line(&mut line).await?; //~ error-loop-spins
                println!("{line}");
            }
        }

        pub async fn bytes(mut socket: TcpStream, mut out: Vec<u8>) -> std::io::Result<()> {
            let mut buf = [0u8; 1024];
            loop {
                match socket.read(&mut buf).await { //~ error-loop-spins
                    Ok(n) => out.extend_from_slice(&buf[..n]),
                    Err(e) => return Err(e),
                }
            }
        }
    }

    pub mod fixed {
        use super::*;

        pub async fn ignored(mut rx: broadcast::Receiver<u32>, mut sum: u32) {
            loop {
                let n = match rx.recv().await {
                    Ok(n) => n,
                    Err(RecvError::Lagged(_)) => continue,
                    Err(RecvError::Closed) => break,
                };
                sum += n;
                println!("{sum}");
            }
        }

        pub async fn by_default(mut rx: mpsc::UnboundedReceiver<String>) {
            while let Some(line) = rx.recv().await {
                println!("{line}");
            }
        }

        pub async fn futures_channel(mut rx: other::Receiver<u32>) {
            while let Some(n) = rx.next().await {
                println!("{n}");
            }
        }

        pub async fn lines(socket: TcpStream) -> std::io::Result<()> {
            let mut reader = BufReader::new(socket);
            let mut line = String::new();
            loop {
                line.clear();
                if reader.read_line(&mut line).await? == 0 {
                    return Ok(());
                }
                println!("{line}");
            }
        }

        pub async fn bytes(mut socket: TcpStream, mut out: Vec<u8>) -> std::io::Result<()> {
            let mut buf = [0u8; 1024];
            loop {
                match socket.read(&mut buf).await {
                    Ok(0) => return Ok(()),
                    Ok(n) => out.extend_from_slice(&buf[..n]),
                    Err(e) => return Err(e),
                }
            }
        }
    }
}
