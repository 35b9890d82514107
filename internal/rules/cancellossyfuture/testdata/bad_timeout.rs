//@ edition: 2021
//! Futures under a time limit, in loops that go on when it is over.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_millis(20);

pub async fn matched(mut stream: DuplexStream) -> io::Result<()> {
    let mut head = [0u8; 4];
    loop {
        match timeout(LIMIT, stream.read_exact(&mut head)).await { //~ cancel-lossy-future: `read_exact` is dropped when the timeout cuts it short
            Ok(Ok(_)) => println!("{head:?}"),
            Ok(Err(e)) => return Err(e),
            Err(_) => println!("nothing yet"),
        }
    }
}

pub async fn asked_with_is_err(stream: &mut DuplexStream, bytes: &[u8]) {
    for _ in 0..3 {
        let sent = timeout(LIMIT, stream.write_all(bytes)).await; //~ cancel-lossy-future
        if sent.is_err() {
            continue;
        }
        return;
    }
}

pub async fn ignored(stream: &mut DuplexStream) -> u32 {
    let mut n = 0;
    while n < 3 {
        let mut head = [0u8; 4];
        if let Ok(Ok(_)) = timeout(LIMIT, stream.read_exact(&mut head)).await { //~ cancel-lossy-future
            n += 1;
        }
    }
    n
}
