//@ edition: 2021
//! Near misses with a time limit.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, DuplexStream};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_millis(20);

pub async fn the_error_is_returned(mut stream: DuplexStream) -> io::Result<()> {
    let mut head = [0u8; 4];
    loop {
        timeout(LIMIT, stream.read_exact(&mut head)).await??;
    }
}

pub async fn the_error_is_changed_and_returned(mut stream: DuplexStream) -> Result<(), String> {
    let mut head = [0u8; 4];
    loop {
        timeout(LIMIT, stream.read_exact(&mut head)).await.map_err(|_| "slow".to_string())?.map_err(|e| e.to_string())?;
    }
}

pub async fn the_loop_ends(mut stream: DuplexStream) {
    let mut head = [0u8; 4];
    while let Ok(Ok(_)) = timeout(LIMIT, stream.read_exact(&mut head)).await {}
}

pub async fn another_stream(listener: TcpListener) -> io::Result<()> {
    loop {
        let (mut stream, _) = listener.accept().await?;
        let mut head = [0u8; 4];
        if timeout(LIMIT, stream.read_exact(&mut head)).await.is_err() {
            continue;
        }
    }
}

pub async fn by_reference(mut stream: DuplexStream) -> io::Result<usize> {
    let mut head = [0u8; 4];
    let read = stream.read_exact(&mut head);
    tokio::pin!(read);
    loop {
        match timeout(LIMIT, &mut read).await {
            Ok(n) => return n,
            Err(_) => println!("still waiting"),
        }
    }
}

/// A limit on a send is a decision to drop the value.
pub async fn a_send_that_may_be_dropped(mut from: mpsc::Receiver<String>, to: mpsc::Sender<String>) {
    while let Some(message) = from.recv().await {
        if timeout(LIMIT, to.send(message)).await.is_err() {
            println!("the receiver is slow, a message is dropped");
        }
    }
}

pub async fn a_single_read(mut stream: DuplexStream) -> io::Result<()> {
    let mut buffer = [0u8; 64];
    loop {
        match timeout(LIMIT, stream.read(&mut buffer)).await {
            Ok(n) => println!("{}", n?),
            Err(_) => println!("nothing yet"),
        }
    }
}

fn flat<T>(read: Result<io::Result<T>, tokio::time::error::Elapsed>) -> io::Result<T> {
    read.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Where the error goes is a matter of another function: nothing is said.
pub async fn a_function_looks_at_the_error(mut stream: DuplexStream) -> io::Result<()> {
    let mut head = [0u8; 4];
    loop {
        flat(timeout(LIMIT, stream.read_exact(&mut head)).await)?;
    }
}
