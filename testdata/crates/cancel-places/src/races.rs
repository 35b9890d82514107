//! Races and limits.

use futures_lite::future;
use futures_util::future::{Abortable, AbortHandle, Either, select};
use std::io;
use std::pin::pin;
use std::time::Duration;
use tokio::io::{AsyncReadExt, DuplexStream};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

const LIMIT: Duration = Duration::from_secs(1);

async fn frame(stream: &mut DuplexStream) -> io::Result<[u8; 4]> {
    let mut frame = [0u8; 4];
    stream.read_exact(&mut frame).await?;
    Ok(frame)
}

pub async fn limit_of_async_std(mut stream: DuplexStream) -> io::Result<usize> {
    let mut silent = 0;
    loop {
        match async_std::future::timeout(LIMIT, frame(&mut stream)).await { //~ cancel-lossy-future
            Ok(frame) => println!("{:?} after {silent}", frame?),
            Err(_) => silent += 1,
        }
    }
}

pub async fn limit_as_a_method(mut stream: DuplexStream) -> io::Result<usize> {
    use tokio_util::future::FutureExt;
    let mut silent = 0;
    loop {
        match frame(&mut stream).timeout(LIMIT).await { //~ cancel-lossy-future
            Ok(frame) => println!("{:?} after {silent}", frame?),
            Err(_) => silent += 1,
        }
    }
}

pub async fn limit_that_ends_it(mut stream: DuplexStream) -> io::Result<usize> {
    loop {
        match async_std::future::timeout(LIMIT, frame(&mut stream)).await {
            Ok(frame) => println!("{:?}", frame?),
            Err(_) => return Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

pub async fn or_a_pause(mut stream: DuplexStream) -> io::Result<usize> {
    let mut silent = 0;
    loop {
        let read = async { Some(frame(&mut stream).await) }; //~ cancel-lossy-future
        let pause = async {
            sleep(LIMIT).await;
            None
        };
        match future::or(read, pause).await {
            Some(frame) => println!("{:?} after {silent}", frame?),
            None => silent += 1,
        }
    }
}

pub async fn or_the_end(mut stream: DuplexStream, mut stop: mpsc::Receiver<()>) -> io::Result<usize> {
    loop {
        let read = async { Some(frame(&mut stream).await) };
        let stopped = async {
            stop.recv().await;
            None
        };
        match future::or(read, stopped).await {
            Some(frame) => println!("{:?}", frame?),
            None => return Ok(0),
        }
    }
}

pub async fn a_race(mut stream: DuplexStream) -> io::Result<usize> {
    let mut silent = 0;
    loop {
        let read = async { frame(&mut stream).await.map(Some) }; //~ cancel-lossy-future
        let pause = async {
            sleep(LIMIT).await;
            Err(io::Error::from(io::ErrorKind::TimedOut))
        };
        match future::race(read, pause).await {
            Ok(frame) => println!("{frame:?} after {silent}"),
            Err(_) => silent += 1,
        }
    }
}

pub async fn until_a_token(mut stream: DuplexStream, token: CancellationToken) -> io::Result<usize> {
    let mut interrupted = 0;
    loop {
        match token.child_token().run_until_cancelled(frame(&mut stream)).await { //~ cancel-lossy-future
            Some(frame) => println!("{:?} after {interrupted}", frame?),
            None => interrupted += 1,
        }
    }
}

pub async fn until_the_end(mut stream: DuplexStream, token: CancellationToken) -> io::Result<usize> {
    while let Some(frame) = token.run_until_cancelled(frame(&mut stream)).await {
        println!("{:?}", frame?);
    }
    Ok(0)
}

pub async fn abortable(mut stream: DuplexStream, handles: mpsc::Sender<AbortHandle>) -> io::Result<usize> {
    let mut aborted = 0;
    loop {
        let (handle, registration) = AbortHandle::new_pair();
        let _ = handles.send(handle).await;
        match Abortable::new(frame(&mut stream), registration).await { //~ cancel-lossy-future
            Ok(frame) => println!("{:?} after {aborted}", frame?),
            Err(_) => aborted += 1,
        }
    }
}

pub async fn the_other_is_polled_on(mut stream: DuplexStream, mut orders: mpsc::Receiver<u32>) -> io::Result<usize> {
    loop {
        let mut read = pin!(frame(&mut stream));
        let read = loop {
            let order = pin!(orders.recv());
            match select(read.as_mut(), order).await {
                Either::Left((frame, _)) => break frame?,
                Either::Right((order, _)) => println!("{order:?}"),
            }
        };
        println!("{read:?}");
    }
}

pub async fn the_other_is_dropped(mut stream: DuplexStream, mut orders: mpsc::Receiver<u32>) -> io::Result<usize> {
    loop {
        let read = pin!(frame(&mut stream)); //~ cancel-lossy-future
        let order = pin!(orders.recv());
        match select(read, order).await {
            Either::Left((frame, _)) => println!("{:?}", frame?),
            Either::Right((order, _)) => println!("{order:?}"),
        }
    }
}
