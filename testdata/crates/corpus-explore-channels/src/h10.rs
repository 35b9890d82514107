//! H10: a connection that writes requests under back-pressure does not read, and the server does not read because nobody takes
//! its answers.

use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::{mpsc, oneshot};

/// The size of a request and of an answer.
pub const SIZE: usize = 8;

pub type Request = ([u8; SIZE], oneshot::Sender<[u8; SIZE]>);

/// Answers requests in order.
pub async fn server(mut stream: DuplexStream) -> io::Result<()> {
    let mut request = [0; SIZE];
    loop {
        match stream.read_exact(&mut request).await {
            Ok(_) => stream.write_all(&request).await?,
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(e) => return Err(e),
        }
    }
}

pub mod buggy {
    use super::*;
    use std::collections::VecDeque;

    /// Sends requests and hands out the answers.
    pub async fn connection(mut stream: DuplexStream, mut requests: mpsc::Receiver<Request>) -> io::Result<()> {
        let mut waiting: VecDeque<oneshot::Sender<[u8; SIZE]>> = VecDeque::new();
        let (mut answer, mut read, mut open) = ([0; SIZE], 0, true);
        while open || !waiting.is_empty() {
            tokio::select! {
                biased;
                request = requests.recv(), if open => match request {
                    Some((request, reply)) => {
                        waiting.push_back(reply);
                        stream.write_all(&request).await?;
                    }
                    None => open = false,
                },
                n = stream.read(&mut answer[read..]) => {
                    read += n?;
                    if read == SIZE {
                        read = 0;
                        let _ = waiting.pop_front().map(|reply| reply.send(answer));
                    }
                }
            }
        }
        Ok(())
    }
}

pub mod fixed {
    use super::*;
    use std::collections::VecDeque;

    /// Sends requests and hands out the answers.
    pub async fn connection(stream: DuplexStream, mut requests: mpsc::Receiver<Request>) -> io::Result<()> {
        let mut waiting: VecDeque<oneshot::Sender<[u8; SIZE]>> = VecDeque::new();
        let (mut from, mut to) = tokio::io::split(stream);
        let (mut answer, mut read, mut open) = ([0; SIZE], 0, true);
        let mut left: VecDeque<u8> = VecDeque::new();
        while open || !left.is_empty() || !waiting.is_empty() {
            tokio::select! {
                biased;
                request = requests.recv(), if open => match request {
                    Some((request, reply)) => {
                        waiting.push_back(reply);
                        left.extend(request);
                    }
                    None => open = false,
                },
                n = from.read(&mut answer[read..]) => {
                    read += n?;
                    if read == SIZE {
                        read = 0;
                        let _ = waiting.pop_front().map(|reply| reply.send(answer));
                    }
                }
                n = to.write(left.as_slices().0), if !left.is_empty() => {
                    let n = n?;
                    left.drain(..n);
                }
            }
        }
        Ok(())
    }
}
