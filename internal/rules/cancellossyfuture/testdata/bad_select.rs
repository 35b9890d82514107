//@ edition: 2021
//! Branches of `select!` that are dropped half done, in loops that go on.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader, BufWriter, DuplexStream};
use tokio::sync::{broadcast, mpsc, oneshot, Notify};
use tokio::time::{interval, sleep};

fn handle(_: &[u8]) {}

pub async fn exact_read_beside_a_tick(mut stream: DuplexStream) -> io::Result<()> {
    let mut tick = interval(Duration::from_millis(3));
    let mut frame = [0u8; 16];
    loop {
        tokio::select! {
            read = stream.read_exact(&mut frame) => { //~ cancel-lossy-future: `read_exact` is dropped when another branch of the `select!` is ready first: the bytes it has read so far are gone
                read?;
                handle(&frame);
            }
            _ = tick.tick() => {}
        }
    }
}

async fn read_frame<R: AsyncRead + Unpin>(from: &mut R) -> io::Result<Vec<u8>> {
    let length = from.read_u8().await?;
    let mut frame = vec![0; length as usize];
    from.read_exact(&mut frame).await?;
    Ok(frame)
}

pub async fn a_function_that_reads_a_frame(mut stream: DuplexStream, mut jobs: mpsc::Receiver<u32>) -> io::Result<u32> {
    let mut sum = 0;
    loop {
        tokio::select! {
            frame = read_frame(&mut stream) => handle(&frame?), //~ cancel-lossy-future: `read_exact` in `read_frame` is dropped when another branch of the `select!` is ready first
            job = jobs.recv() => match job {
                Some(n) => sum += n,
                None => return Ok(sum),
            },
        }
    }
}

pub struct Peer {
    stream: BufReader<DuplexStream>,
    out: BufWriter<DuplexStream>,
    line: String,
}

impl Peer {
    async fn next(&mut self) -> io::Result<Vec<u8>> {
        read_frame(&mut self.stream).await
    }

    pub async fn methods_of_methods(&mut self, notify: &Notify) -> io::Result<()> {
        loop {
            tokio::select! {
                biased;
                _ = notify.notified() => continue,
                frame = self.next() => handle(&frame?), //~ cancel-lossy-future
            }
        }
    }

    pub async fn line_read(&mut self, mut news: broadcast::Receiver<u32>) -> io::Result<u32> {
        let mut last = 0;
        loop {
            self.line.clear();
            tokio::select! {
                n = self.stream.read_line(&mut self.line) => { //~ cancel-lossy-future: the part of the line
                    if n? == 0 {
                        return Ok(last);
                    }
                }
                item = news.recv() => last = item.unwrap_or(last),
            }
        }
    }

    pub async fn write_beside_a_read(&mut self, block: &[u8], mut from: mpsc::Receiver<Vec<u8>>) -> io::Result<()> {
        loop {
            tokio::select! {
                done = self.out.write_all(block) => done?, //~ cancel-lossy-future: a part of the bytes may be written
                got = from.recv() => if let Some(bytes) = got { handle(&bytes) },
            }
        }
    }
}

pub async fn async_block_as_a_branch(mut stream: DuplexStream, mut stop: oneshot::Receiver<()>, notify: &Notify) -> io::Result<()> {
    let mut head = [0u8; 4];
    loop {
        tokio::select! {
            read = async { stream.read_exact(&mut head).await } => { //~ cancel-lossy-future
                read?;
            }
            _ = &mut stop => return Ok(()),
            _ = notify.notified() => {}
        }
    }
}

pub async fn integer_read(mut stream: DuplexStream, notify: &Notify) -> io::Result<u64> {
    let mut sum = 0;
    while sum < 1000 {
        tokio::select! {
            n = stream.read_u64() => sum += n?, //~ cancel-lossy-future: the bytes of the number
            _ = notify.notified() => sum += 1,
        }
    }
    Ok(sum)
}

pub async fn message_taken_and_not_passed_on(mut from: mpsc::Receiver<String>, to: mpsc::Sender<String>) {
    let mut tick = interval(Duration::from_secs(1));
    while let Some(message) = from.recv().await {
        tokio::select! {
            _ = to.send(message) => {} //~ cancel-lossy-future: `send` is dropped when another branch of the `select!` is ready first: the value is dropped
            _ = tick.tick() => {}
        }
    }
}

pub async fn boxed_future(mut stream: DuplexStream, notify: &Notify) -> io::Result<()> {
    let mut head = [0u8; 4];
    loop {
        tokio::select! {
            read = Box::pin(stream.read_exact(&mut head)) => { //~ cancel-lossy-future
                read?;
            }
            _ = notify.notified() => {}
        }
    }
}

pub async fn idle_time_that_goes_on(mut stream: DuplexStream) -> io::Result<()> {
    let mut head = [0u8; 4];
    let mut idle = 0;
    loop {
        tokio::select! {
            read = stream.read_exact(&mut head) => { //~ cancel-lossy-future
                read?;
            }
            _ = sleep(Duration::from_secs(1)) => {
                idle += 1;
                if idle > 60 {
                    return Ok(());
                }
            }
        }
    }
}

impl Peer {
    fn count(&mut self) {
        self.line.push('.');
    }

    pub async fn another_method_changes_nothing_of_it(&mut self, notify: &Notify) -> io::Result<()> {
        loop {
            tokio::select! {
                frame = self.next() => handle(&frame?), //~ cancel-lossy-future: `read_exact` in `next` is dropped
                _ = notify.notified() => self.count(),
            }
        }
    }
}
