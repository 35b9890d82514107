//! The same places, where nothing is lost or the code does not go on.

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

pub async fn pinned_outside(mut stream: DuplexStream, mut orders: mpsc::Receiver<u32>) -> io::Result<()> {
    let read = frame(&mut stream).fuse();
    pin_mut!(read);
    loop {
        futures::select! {
            read = read => return read.map(|frame| println!("{frame:?}")),
            order = orders.next() => println!("{order:?}"),
        }
    }
}

pub async fn polled_to_its_end_in_each_turn(mut stream: DuplexStream, mut orders: tokio::sync::mpsc::Receiver<u32>) -> io::Result<()> {
    loop {
        let mut read = pin!(frame(&mut stream));
        let read = loop {
            tokio::select! {
                read = &mut read => break read?,
                order = orders.recv() => println!("{order:?}"),
            }
        };
        println!("{read:?}");
    }
}

pub async fn the_loser_is_awaited(mut stream: DuplexStream, mut orders: tokio::sync::mpsc::Receiver<u32>) -> io::Result<()> {
    loop {
        let read = frame(&mut stream);
        let order = orders.recv();
        pin_mut!(read, order);
        match future::select(read, order).await {
            Either::Left((read, _)) => println!("{:?}", read?),
            Either::Right((_, read)) => println!("{:?}", read.await?),
        }
    }
}

pub async fn the_loser_ends_it(mut stream: DuplexStream, mut stop: tokio::sync::mpsc::Receiver<()>) -> io::Result<()> {
    loop {
        let read = frame(&mut stream).boxed();
        let stop = stop.recv().boxed();
        match future::select(read, stop).await {
            Either::Left((read, _)) => println!("{:?}", read?),
            Either::Right(_) => return Ok(()),
        }
    }
}

pub async fn polled_once_and_kept(mut stream: DuplexStream) -> io::Result<()> {
    loop {
        let mut read = pin!(frame(&mut stream));
        match read.as_mut().now_or_never() {
            Some(read) => println!("{:?}", read?),
            None => println!("{:?}", read.await?),
        }
    }
}

pub async fn a_failure_ends_it(mut left: DuplexStream, mut right: DuplexStream) -> io::Result<()> {
    loop {
        println!("{:?}", tokio::try_join!(frame(&mut left), frame(&mut right))?);
        sleep(Duration::from_millis(1)).await;
    }
}

pub async fn one_item_and_a_pause(mut items: mpsc::Receiver<u32>, mut stop: tokio::sync::mpsc::Receiver<()>) {
    loop {
        let item = async {
            sleep(Duration::from_millis(1)).await;
            items.next().await
        };
        tokio::select! {
            item = item => match item {
                Some(item) => println!("{item:?}"),
                None => return,
            },
            _ = stop.recv() => println!("later"),
        }
    }
}
