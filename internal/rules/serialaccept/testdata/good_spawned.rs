use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

pub async fn spawned(listener: TcpListener) -> io::Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        tokio::spawn(handle(socket));
    }
}

async fn handle(mut socket: TcpStream) -> io::Result<()> {
    let n = socket.read_u8().await?;
    socket.write_u8(n).await
}

pub async fn limited(listener: TcpListener) -> io::Result<()> {
    loop {
        let (mut socket, _) = listener.accept().await?;
        let first = timeout(Duration::from_secs(1), socket.read_u8()).await;
        tokio::spawn(async move { drop((socket, first)) });
    }
}

pub async fn handed_on(listener: TcpListener, to: mpsc::Sender<TcpStream>, places: &'static Semaphore) -> io::Result<()> {
    loop {
        let place = places.acquire().await;
        let (socket, _) = listener.accept().await?;
        if to.send(socket).await.is_err() {
            return Ok(());
        }
        drop(place);
    }
}

pub async fn one(listener: TcpListener) -> io::Result<()> {
    let (socket, _) = listener.accept().await?;
    handle(socket).await
}

pub async fn first_then_serve(listener: TcpListener, mut log: tokio::fs::File) -> io::Result<()> {
    loop {
        let (socket, peer) = listener.accept().await?;
        log.write_all(b"peer\n").await?;
        tokio::spawn(handle(socket));
        drop(peer);
    }
}

/// A short greeting goes to the buffer of the fresh connection, whatever the peer does.
pub async fn greets(listener: TcpListener) -> io::Result<()> {
    loop {
        let (mut socket, _) = listener.accept().await?;
        socket.write_all(b"hello\n").await?;
        socket.flush().await?;
        tokio::spawn(handle(socket));
    }
}

pub async fn greets_by_a_helper(listener: TcpListener) {
    while let Ok((socket, _)) = listener.accept().await {
        if let Err(error) = start(socket).await {
            eprintln!("{error}");
        }
    }
}

async fn start(mut socket: TcpStream) -> io::Result<()> {
    socket.write_all(b"220 ready\n").await?;
    tokio::spawn(handle(socket));
    Ok(())
}
