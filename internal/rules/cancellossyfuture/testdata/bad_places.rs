//! Other places than tokio's `select!` and timeout that cut a future short.

use futures::future::{self, Either};
use futures::{FutureExt, StreamExt, channel::mpsc, pin_mut};
use std::{io, pin::pin, time::Duration};
use tokio::io::{AsyncReadExt, DuplexStream};
use tokio::time::sleep;

async fn frame(stream: &mut DuplexStream) -> io::Result<[u8; 4]> {
    let mut frame = [0u8; 4];
    stream.read_exact(&mut frame).await?;
    Ok(frame)
}

pub async fn in_the_select_of_futures(mut stream: DuplexStream, mut orders: mpsc::Receiver<u32>) -> io::Result<()> {
    loop {
        futures::select! {
            read = frame(&mut stream).fuse() => println!("{:?}", read?), //~ cancel-lossy-future: `read_exact` in `frame` is dropped when another branch of the `select!` is ready first
            order = orders.next() => println!("{order:?}"),
        }
    }
}

pub async fn pinned_in_the_same_turn(mut stream: DuplexStream, mut orders: mpsc::Receiver<u32>) -> io::Result<()> {
    loop {
        let read = frame(&mut stream).fuse(); //~ cancel-lossy-future
        pin_mut!(read);
        futures::select! {
            read = read => println!("{:?}", read?),
            order = orders.next() => println!("{order:?}"),
        }
    }
}

pub async fn pinned_for_the_select_of_tokio(mut stream: DuplexStream, mut orders: tokio::sync::mpsc::Receiver<u32>) -> io::Result<()> {
    loop {
        let mut read = pin!(frame(&mut stream)); //~ cancel-lossy-future
        tokio::select! {
            read = &mut read => println!("{:?}", read?),
            order = orders.recv() => println!("{order:?}"),
        }
    }
}

pub async fn two_by_select(mut stream: DuplexStream, mut orders: tokio::sync::mpsc::Receiver<u32>) -> io::Result<()> {
    loop {
        let read = frame(&mut stream); //~ cancel-lossy-future
        let order = orders.recv();
        pin_mut!(read, order);
        match future::select(read, order).await {
            Either::Left((read, _)) => println!("{:?}", read?),
            Either::Right((order, _)) => println!("{order:?}"),
        }
    }
}

pub async fn two_in_boxes(mut stream: DuplexStream, mut orders: tokio::sync::mpsc::Receiver<u32>) -> io::Result<()> {
    loop {
        let read = frame(&mut stream).boxed(); //~ cancel-lossy-future
        let order = orders.recv().boxed();
        if let Either::Left((read, _)) = future::select(read, order).await {
            println!("{:?}", read?)
        }
    }
}

pub async fn polled_once(mut stream: DuplexStream) -> io::Result<()> {
    loop {
        match frame(&mut stream).now_or_never() { //~ cancel-lossy-future: `read_exact` in `frame` is dropped when the `now_or_never` cuts it short
            Some(read) => println!("{:?}", read?),
            None => sleep(Duration::from_millis(1)).await,
        }
    }
}

pub async fn beside_one_that_fails(mut left: DuplexStream, mut right: mpsc::Receiver<Result<u32, io::Error>>) {
    loop {
        let next = async { right.next().await.unwrap_or(Ok(0)) };
        match tokio::try_join!(frame(&mut left), next) { //~ cancel-lossy-future: `read_exact` in `frame` is dropped when another future of the `try_join!` fails
            Ok(pair) => println!("{pair:?}"),
            Err(error) => println!("{error}, again"),
        }
    }
}

pub async fn beside_one_that_fails_in_a_call(mut left: DuplexStream, mut right: mpsc::Receiver<Result<u32, io::Error>>) {
    loop {
        let next = async { right.next().await.unwrap_or(Ok(0)) };
        match future::try_join(frame(&mut left), next).await { //~ cancel-lossy-future
            Ok(pair) => println!("{pair:?}"),
            Err(error) => println!("{error}, again"),
        }
    }
}

pub async fn behind_a_guard(stream: &tokio::sync::Mutex<DuplexStream>, mut orders: tokio::sync::mpsc::Receiver<u32>) {
    let mut head = [0u8; 4];
    loop {
        tokio::select! {
            _ = async { stream.lock().await.read_exact(&mut head).await } => println!("read"), //~ cancel-lossy-future
            order = orders.recv() => match order {
                Some(order) => println!("{order}"),
                None => return,
            },
        }
    }
}

pub async fn two_items_make_one(mut items: mpsc::Receiver<u32>, mut stop: tokio::sync::mpsc::Receiver<()>) {
    loop {
        let pair = async { //~ cancel-lossy-future: `next` in this async block is dropped when another branch of the `select!` is ready first: what it has given as `first` is dropped before it is handed on
            let first = items.next().await?;
            let second = items.next().await?;
            Some((first, second))
        };
        tokio::select! {
            pair = pair => match pair {
                Some(pair) => println!("{pair:?}"),
                None => return,
            },
            _ = stop.recv() => println!("later"),
        }
    }
}
