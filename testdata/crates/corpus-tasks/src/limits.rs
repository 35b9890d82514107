//! Limits in time that do not cover the work.

pub mod shapes {
    use std::io;
    use std::time::Duration;
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpStream;
    use tokio::time::{Instant, timeout, timeout_at};

    pub mod buggy {
        use super::*;

        pub struct Session(TcpStream);

        impl Session {
            async fn open(address: &str) -> io::Result<Session> {
                Ok(Session(TcpStream::connect(address).await?))
            }

            async fn ask(&mut self) -> io::Result<u8> {
                self.0.read_u8().await
            }
        }

        pub async fn asked(address: &str) -> io::Result<u8> {
            timeout(Duration::from_secs(2), Session::open(address).await?.ask()).await? //~ timeout-misses-work
        }

        pub async fn until(address: &str, end: Instant) -> io::Result<u8> {
            let read = timeout_at(end, async_read(Session::open(address).await?)); //~ timeout-misses-work
            read.await?
        }

        async fn async_read(mut s: Session) -> io::Result<u8> {
            s.ask().await
        }

        async fn heavy(path: String) -> io::Result<Vec<u8>> {
            std::fs::read(path) //~ blocking-in-async
        }

        pub async fn blocking(path: String) -> io::Result<Vec<u8>> {
            timeout(Duration::from_secs(1), heavy(path)).await? //~ timeout-misses-work
        }
    }

    pub mod fixed {
        use super::*;

        pub struct Session(TcpStream);

        impl Session {
            async fn open(address: &str) -> io::Result<Session> {
                Ok(Session(TcpStream::connect(address).await?))
            }

            async fn ask(&mut self) -> io::Result<u8> {
                self.0.read_u8().await
            }
        }

        pub async fn asked(address: &str) -> io::Result<u8> {
            timeout(Duration::from_secs(2), async { Session::open(address).await?.ask().await }).await?
        }

        pub async fn until(address: &str, end: Instant) -> io::Result<u8> {
            let mut session = timeout_at(end, Session::open(address)).await??;
            timeout_at(end, session.ask()).await?
        }

        pub async fn blocking(path: String) -> io::Result<Vec<u8>> {
            timeout(Duration::from_secs(1), tokio::fs::read(path)).await?
        }
    }
}
