//! Loops that await one peer before they accept the next.

pub mod shapes {
    use std::io;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::{Semaphore, mpsc};
    use tokio::task::JoinSet;

    pub mod buggy {
        use super::*;

        pub struct Proxy {
            upstream: String,
        }

        impl Proxy {
            async fn header(socket: &mut TcpStream) -> io::Result<[u8; 16]> {
                let mut header = [0; 16];
                socket.read_exact(&mut header).await?;
                Ok(header)
            }

            async fn dial(&self) -> io::Result<TcpStream> {
                TcpStream::connect(&self.upstream).await
            }

            pub async fn with_header(&self, listener: TcpListener) -> io::Result<()> {
                loop {
                    let (mut socket, _) = listener.accept().await?;
                    let Ok(header) = Self::header(&mut socket).await else { continue }; //~ serial-accept
                    tokio::spawn(async move { drop((socket, header)) });
                }
            }

            pub async fn pairs(&self, listener: TcpListener) -> io::Result<()> {
                loop {
                    let (mut inbound, _) = listener.accept().await?;
                    let mut outbound = self.dial().await?; //~ serial-accept
                    tokio::spawn(async move { tokio::io::copy_bidirectional(&mut inbound, &mut outbound).await.is_ok() });
                }
            }

            pub async fn joined(listener: TcpListener) -> io::Result<()> {
                loop {
                    let (socket, _) = listener.accept().await?;
                    let task = tokio::spawn(session(socket));
                    let _ = task.await; //~ serial-accept
                }
            }
        }

        async fn session(mut socket: TcpStream) -> io::Result<()> {
            let mut line = String::new();
            BufReader::new(&mut socket).read_line(&mut line).await?;
            socket.write_all(line.as_bytes()).await
        }

        pub async fn under_a_permit(listener: TcpListener, limit: Arc<Semaphore>) -> io::Result<()> {
            loop {
                let permit = limit.acquire().await.expect("open");
                let (socket, _) = listener.accept().await?;
                session(socket).await?; //~ serial-accept
                drop(permit);
            }
        }
    }

    pub mod fixed {
        use super::*;

        pub struct Proxy {
            upstream: String,
        }

        impl Proxy {
            async fn header(socket: &mut TcpStream) -> io::Result<[u8; 16]> {
                let mut header = [0; 16];
                socket.read_exact(&mut header).await?;
                Ok(header)
            }

            pub async fn with_header(&self, listener: TcpListener) -> io::Result<()> {
                loop {
                    let (mut socket, _) = listener.accept().await?;
                    let Ok(Ok(header)) = tokio::time::timeout(Duration::from_secs(1), Self::header(&mut socket)).await else { continue };
                    tokio::spawn(async move { drop((socket, header)) });
                }
            }

            pub async fn pairs(&self, listener: TcpListener) -> io::Result<()> {
                loop {
                    let (mut inbound, _) = listener.accept().await?;
                    let upstream = self.upstream.clone();
                    tokio::spawn(async move {
                        let Ok(mut outbound) = TcpStream::connect(upstream).await else { return };
                        let _ = tokio::io::copy_bidirectional(&mut inbound, &mut outbound).await;
                    });
                }
            }

            pub async fn joined(listener: TcpListener, mut stop: mpsc::Receiver<()>) -> io::Result<()> {
                let mut tasks = JoinSet::new();
                loop {
                    tokio::select! {
                        peer = listener.accept() => {
                            let (socket, _) = peer?;
                            tasks.spawn(session(socket));
                        }
                        _ = stop.recv() => break,
                    }
                }
                while tasks.join_next().await.is_some() {}
                Ok(())
            }
        }

        async fn session(mut socket: TcpStream) -> io::Result<()> {
            let mut line = String::new();
            BufReader::new(&mut socket).read_line(&mut line).await?;
            socket.write_all(line.as_bytes()).await
        }

        pub async fn under_a_permit(listener: TcpListener, limit: Arc<Semaphore>) -> io::Result<()> {
            loop {
                let permit = limit.clone().acquire_owned().await.expect("open");
                let (socket, _) = listener.accept().await?;
                tokio::spawn(async move {
                    if let Err(e) = session(socket).await {
                        eprintln!("{e}");
                    }
                    drop(permit);
                });
            }
        }
    }
}
