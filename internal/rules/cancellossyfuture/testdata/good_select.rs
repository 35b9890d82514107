//@ edition: 2021
//! Near misses: futures that lose nothing, are kept, or are dropped where nothing goes on.

use futures::StreamExt;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, mpsc, oneshot, watch, Notify};
use tokio::time::{interval, sleep};

fn handle(_: &[u8]) {}

pub async fn the_other_branch_returns(mut stream: DuplexStream, stop: &Notify) -> io::Result<()> {
    let mut head = [0u8; 4];
    loop {
        tokio::select! {
            read = stream.read_exact(&mut head) => {
                read?;
            }
            _ = stop.notified() => return Ok(()),
        }
    }
}

pub async fn the_other_branch_breaks(mut stream: DuplexStream, mut stop: watch::Receiver<bool>) -> io::Result<()> {
    let mut head = [0u8; 4];
    loop {
        tokio::select! {
            read = stream.read_exact(&mut head) => {
                read?;
            }
            _ = stop.changed() => break,
        }
    }
    stream.shutdown().await
}

pub async fn a_flag_ends_the_loop(mut stream: DuplexStream, stop: oneshot::Receiver<()>) -> io::Result<()> {
    tokio::pin!(stop);
    let mut head = [0u8; 4];
    let mut open = true;
    while open {
        tokio::select! {
            read = stream.read_exact(&mut head) => {
                read?;
            }
            _ = &mut stop => open = false,
        }
    }
    Ok(())
}

enum Event {
    Frame([u8; 4]),
    Stop,
}

pub async fn an_enum_ends_the_loop(mut stream: DuplexStream, stop: &Notify) -> io::Result<()> {
    let mut head = [0u8; 4];
    loop {
        let event = tokio::select! {
            read = stream.read_exact(&mut head) => {
                read?;
                Event::Frame(head)
            }
            _ = stop.notified() => Event::Stop,
        };
        match event {
            Event::Frame(head) => handle(&head),
            Event::Stop => return Ok(()),
        }
    }
}

pub async fn an_option_ends_the_loop(mut stream: DuplexStream, stop: &Notify) -> io::Result<()> {
    let mut head = [0u8; 4];
    loop {
        let read = tokio::select! {
            read = stream.read_exact(&mut head) => Some(read?),
            _ = stop.notified() => None,
        };
        let Some(n) = read else { return Ok(()) };
        handle(&[n as u8]);
    }
}

pub async fn an_error_ends_the_loop(mut stream: DuplexStream, stop: &Notify) -> io::Result<()> {
    let mut head = [0u8; 4];
    loop {
        let read = tokio::select! {
            read = stream.read_exact(&mut head) => read,
            _ = stop.notified() => Err(io::ErrorKind::Interrupted.into()),
        };
        handle(&[read? as u8]);
    }
}

pub async fn pinned_outside(mut stream: DuplexStream) -> io::Result<usize> {
    let mut head = [0u8; 4];
    let read = stream.read_exact(&mut head);
    tokio::pin!(read);
    let mut tick = interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            n = &mut read => return n,
            _ = tick.tick() => println!("still waiting"),
        }
    }
}

pub async fn boxed_outside(mut stream: DuplexStream, notify: &Notify) -> io::Result<usize> {
    let mut head = [0u8; 4];
    let mut read = Box::pin(stream.read_exact(&mut head));
    loop {
        tokio::select! {
            n = read.as_mut() => return n,
            _ = notify.notified() => {}
        }
    }
}

pub async fn futures_that_lose_nothing(
    listener: TcpListener,
    mut jobs: mpsc::Receiver<u32>,
    mut news: broadcast::Receiver<u32>,
    mut answer: oneshot::Receiver<u32>,
    mut stream: DuplexStream,
    input: DuplexStream,
) -> io::Result<u32> {
    let mut tick = interval(Duration::from_secs(1));
    let mut lines = BufReader::new(input).lines();
    let mut items = futures::stream::iter([1, 2, 3]);
    let mut buffer = [0u8; 64];
    let mut all = Vec::new();
    loop {
        tokio::select! {
            peer = listener.accept() => drop(peer?),
            job = jobs.recv() => drop(job),
            item = news.recv() => drop(item),
            n = &mut answer => return Ok(n.unwrap_or(0)),
            _ = tick.tick() => {}
            line = lines.next_line() => drop(line?),
            Some(n) = items.next() => drop(n),
            n = stream.read(&mut buffer) => all.extend_from_slice(&buffer[..n?]),
        }
    }
}

pub async fn another_stream_in_each_turn(listener: TcpListener) -> io::Result<()> {
    loop {
        let (mut stream, _) = listener.accept().await?;
        let mut head = [0u8; 4];
        tokio::select! {
            read = stream.read_exact(&mut head) => {
                read?;
            }
            _ = sleep(Duration::from_secs(5)) => println!("too slow"),
        }
    }
}

pub async fn a_new_stream_after_the_loss(mut stream: TcpStream, notify: &Notify) -> io::Result<()> {
    let mut head = [0u8; 4];
    loop {
        tokio::select! {
            read = stream.read_exact(&mut head) => {
                read?;
            }
            _ = notify.notified() => stream = TcpStream::connect("localhost:1").await?,
        }
    }
}

pub async fn a_permit_first(mut from: mpsc::Receiver<String>, to: mpsc::Sender<String>) {
    let mut tick = interval(Duration::from_secs(1));
    while let Some(message) = from.recv().await {
        loop {
            tokio::select! {
                permit = to.reserve() => {
                    if let Ok(permit) = permit {
                        permit.send(message);
                    }
                    break;
                }
                _ = tick.tick() => {}
            }
        }
    }
}

pub async fn a_value_that_is_made_again(count: u32, to: mpsc::Sender<String>) {
    let mut tick = interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            _ = to.send(format!("{count}")) => {}
            _ = tick.tick() => {}
        }
    }
}

pub async fn a_copy_that_is_kept(mut from: mpsc::Receiver<String>, to: mpsc::Sender<String>, notify: &Notify) {
    while let Some(message) = from.recv().await {
        loop {
            tokio::select! {
                _ = to.send(message.clone()) => break,
                _ = notify.notified() => {}
            }
        }
    }
}

pub async fn once_and_no_more(mut stream: DuplexStream, notify: &Notify) -> io::Result<usize> {
    let mut head = [0u8; 4];
    tokio::select! {
        read = stream.read_exact(&mut head) => read,
        _ = notify.notified() => Ok(0),
    }
}

async fn whole_conversation(mut stream: DuplexStream) -> io::Result<()> {
    let mut head = [0u8; 4];
    stream.read_exact(&mut head).await?;
    stream.write_all(&head).await
}

/// The function owns its stream: what it loses, nobody misses.
pub async fn the_future_owns_its_stream(mut streams: mpsc::Receiver<DuplexStream>, notify: &Notify) {
    while let Some(stream) = streams.recv().await {
        tokio::select! {
            done = whole_conversation(stream) => drop(done),
            _ = notify.notified() => {}
        }
    }
}

pub enum Step {
    Read(usize),
    Idle,
    Stop,
}

/// Which variant a path made is known, which number it has is not: nothing is said.
pub async fn one_variant_of_many_ends_the_loop(mut stream: DuplexStream, stop: &Notify) -> io::Result<()> {
    let mut head = [0u8; 4];
    loop {
        let step = tokio::select! {
            read = stream.read_exact(&mut head) => match read? {
                0 => Step::Idle,
                n => Step::Read(n),
            },
            _ = stop.notified() => Step::Stop,
        };
        match step {
            Step::Stop => return Ok(()),
            _ => handle(&head),
        }
    }
}

pub async fn done_ends_the_loop(mut stream: DuplexStream, stop: &Notify) -> io::Result<()> {
    let mut head = [0u8; 4];
    let mut done = false;
    while !done {
        tokio::select! {
            read = stream.read_exact(&mut head) => {
                read?;
            }
            _ = stop.notified() => done = true,
        }
    }
    Ok(())
}

pub struct Link {
    stream: TcpStream,
    turns: usize,
}

impl Link {
    async fn read_head(&mut self) -> io::Result<u32> {
        self.turns += 1;
        self.stream.read_u32().await
    }

    async fn reconnect(&mut self) -> io::Result<()> {
        self.stream = TcpStream::connect("localhost:1").await?;
        Ok(())
    }

    pub async fn a_method_brings_a_new_stream(&mut self, notify: &Notify) -> io::Result<()> {
        loop {
            tokio::select! {
                head = self.read_head() => drop(head?),
                _ = notify.notified() => self.reconnect().await?,
            }
        }
    }
}

pub async fn each_stream_once(mut streams: Vec<DuplexStream>, notify: &Notify) {
    for i in 0..streams.len() {
        let mut head = [0u8; 4];
        tokio::select! {
            read = streams[i].read_exact(&mut head) => drop(read),
            _ = notify.notified() => {}
        }
    }
}

pub async fn each_stream_of_an_array_once(mut streams: [DuplexStream; 3], notify: &Notify) {
    let mut i = 0;
    while i < 3 {
        let mut head = [0u8; 4];
        tokio::select! {
            read = streams[i].read_exact(&mut head) => drop(read),
            _ = notify.notified() => {}
        }
        i += 1;
    }
}
