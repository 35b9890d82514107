//! Correct code in the shapes that services use. Only the functions with a mark lose something.

use bytes::{Buf, BytesMut};
use futures_util::{SinkExt, StreamExt};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep, timeout};
use tokio_util::codec::{Framed, LinesCodec};
use tokio_util::sync::CancellationToken;

/// The fix of most of the bugs: the partial frame outlives the branch.
pub struct FrameReader<R> {
    from: R,
    buffer: BytesMut,
}

impl<R: tokio::io::AsyncRead + Unpin> FrameReader<R> {
    pub fn new(from: R) -> Self {
        FrameReader { from, buffer: BytesMut::with_capacity(1024) }
    }

    pub async fn next(&mut self) -> io::Result<Option<BytesMut>> {
        loop {
            if self.buffer.len() > 1 && self.buffer.len() > self.buffer[0] as usize {
                let length = self.buffer[0] as usize;
                self.buffer.advance(1);
                return Ok(Some(self.buffer.split_to(length)));
            }
            if self.from.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }
}

pub async fn frames_beside_jobs(stream: TcpStream, mut jobs: mpsc::Receiver<Vec<u8>>) -> io::Result<usize> {
    let (read, mut write) = stream.into_split();
    let mut frames = FrameReader::new(read);
    let mut total = 0;
    loop {
        tokio::select! {
            frame = frames.next() => match frame? {
                Some(frame) => total += frame.len(),
                None => return Ok(total),
            },
            job = jobs.recv() => match job {
                Some(job) => write.write_all(&job).await?,
                None => return Ok(total),
            },
        }
    }
}

/// One expression differs: the read is in the branch.
pub async fn head_beside_jobs(mut stream: TcpStream, mut jobs: mpsc::Receiver<Vec<u8>>) -> io::Result<usize> {
    let mut head = [0u8; 8];
    let mut total = 0;
    loop {
        tokio::select! {
            read = stream.read_exact(&mut head) => total += read?, //~ cancel-lossy-future
            job = jobs.recv() => match job {
                Some(job) => total += job.len(),
                None => return Ok(total),
            },
        }
    }
}

pub async fn accept_until_stopped(listener: TcpListener, stop: CancellationToken) -> io::Result<()> {
    let mut peers = JoinSet::new();
    loop {
        tokio::select! {
            _ = stop.cancelled() => break,
            peer = listener.accept() => {
                let (stream, _) = peer?;
                peers.spawn(serve(stream, stop.clone()));
            }
            Some(done) = peers.join_next() => drop(done),
        }
    }
    while peers.join_next().await.is_some() {}
    Ok(())
}

/// At shutdown what is half read does not matter.
async fn serve(mut stream: TcpStream, stop: CancellationToken) -> io::Result<()> {
    let mut head = [0u8; 4];
    loop {
        tokio::select! {
            read = stream.read_exact(&mut head) => {
                read?;
                stream.write_all(&head).await?;
            }
            _ = stop.cancelled() => return stream.shutdown().await,
        }
    }
}

/// A slow peer is sent away.
pub async fn with_a_limit(mut stream: TcpStream) -> io::Result<u64> {
    let mut sum = 0;
    loop {
        match timeout(Duration::from_secs(30), stream.read_u32()).await {
            Ok(Ok(n)) => sum += u64::from(n),
            Ok(Err(e)) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(sum),
            Ok(Err(e)) => return Err(e),
            Err(_) => return Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

/// One expression differs: a slow peer is asked again, in the middle of a number.
pub async fn with_a_limit_and_a_question(mut stream: TcpStream) -> io::Result<u64> {
    let mut sum = 0;
    loop {
        let number = timeout(Duration::from_secs(30), stream.read_u32()).await; //~ cancel-lossy-future
        match number {
            Ok(Ok(n)) => sum += u64::from(n),
            Ok(Err(e)) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(sum),
            Ok(Err(e)) => return Err(e),
            Err(_) => stream.write_all(b"?").await?,
        }
    }
}

pub async fn chat(
    stream: TcpStream,
    mut room: mpsc::Receiver<String>,
) -> Result<(), tokio_util::codec::LinesCodecError> {
    let mut lines = Framed::new(stream, LinesCodec::new());
    loop {
        tokio::select! {
            line = lines.next() => match line {
                Some(line) => println!("{}", line?),
                None => return Ok(()),
            },
            text = room.recv() => match text {
                Some(text) => lines.send(text).await?,
                None => return Ok(()),
            },
        }
    }
}

pub async fn console(mut stop: watch::Receiver<bool>) -> io::Result<()> {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        tokio::select! {
            line = lines.next_line() => match line? {
                Some(line) => println!("{line}"),
                None => return Ok(()),
            },
            changed = stop.changed() => if changed.is_err() || *stop.borrow() {
                return Ok(());
            },
        }
    }
}

/// One expression differs: `read_line` takes the partial line along.
pub async fn console_by_line(mut stop: watch::Receiver<bool>) -> io::Result<()> {
    let mut input = BufReader::new(tokio::io::stdin());
    let mut line = String::new();
    loop {
        tokio::select! {
            n = input.read_line(&mut line) => { //~ cancel-lossy-future
                if n? == 0 {
                    return Ok(());
                }
                println!("{line}");
                line.clear();
            }
            changed = stop.changed() => if changed.is_err() || *stop.borrow() {
                return Ok(());
            },
        }
    }
}

pub async fn batches(mut from: mpsc::Receiver<u32>, to: mpsc::Sender<Vec<u32>>) {
    let mut batch = Vec::new();
    let mut flush = interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            item = from.recv() => match item {
                Some(n) => batch.push(n),
                None => break,
            },
            _ = flush.tick() => if !batch.is_empty() && to.send(std::mem::take(&mut batch)).await.is_err() {
                return;
            },
        }
    }
    let _ = to.send(batch).await;
}

pub async fn request(answer: oneshot::Receiver<u32>, limit: Duration) -> Option<u32> {
    tokio::pin!(answer);
    let deadline = Instant::now() + limit;
    loop {
        tokio::select! {
            n = &mut answer => return n.ok(),
            _ = tokio::time::sleep_until(deadline) => return None,
            _ = sleep(Duration::from_secs(1)) => println!("waiting"),
        }
    }
}

/// The first answer is enough, the others are not wanted.
pub async fn race(mut a: TcpStream, mut b: TcpStream) -> io::Result<u8> {
    let (mut left, mut right) = ([0u8; 1], [0u8; 1]);
    tokio::select! {
        read = a.read_exact(&mut left) => read.map(|_| left[0]),
        read = b.read_exact(&mut right) => read.map(|_| right[0]),
    }
}

pub async fn reconnecting(address: &str, mut out: mpsc::Receiver<Vec<u8>>) -> io::Result<()> {
    'connections: loop {
        let mut stream = TcpStream::connect(address).await?;
        let mut head = [0u8; 4];
        loop {
            tokio::select! {
                read = stream.read_exact(&mut head) => if read.is_err() {
                    continue 'connections;
                },
                _ = sleep(Duration::from_secs(60)) => continue 'connections,
                message = out.recv() => match message {
                    Some(message) => {
                        let _ = stream.write_all(&message).await;
                        continue 'connections;
                    }
                    None => return Ok(()),
                },
            }
        }
    }
}

pub async fn until_ctrl_c(mut jobs: mpsc::Receiver<u32>) -> u32 {
    let mut sum = 0;
    let stop = tokio::signal::ctrl_c();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            _ = &mut stop => return sum,
            job = jobs.recv() => match job {
                Some(n) => sum += n,
                None => return sum,
            },
        }
    }
}
