use std::io;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

pub async fn writes_much(listener: TcpListener) -> io::Result<()> {
    loop {
        let (mut socket, _) = listener.accept().await?;
        for line in 0..1000 {
            if socket.write_all(format!("line {line}\n").as_bytes()).await.is_err() { //~ serial-accept: awaits `write_all` of one peer
                break;
            }
        }
        tokio::spawn(async move { drop(socket) });
    }
}

pub async fn handler(listener: TcpListener) {
    while let Ok((socket, peer)) = listener.accept().await {
        if let Err(error) = handle(socket).await { //~ serial-accept: awaits `handle` of one peer
            eprintln!("{peer}: {error}");
        }
    }
}

async fn handle(socket: TcpStream) -> io::Result<()> {
    let mut lines = BufReader::new(socket).lines();
    while let Some(line) = lines.next_line().await? {
        println!("{line}");
    }
    Ok(())
}

pub async fn dials(listener: TcpListener, upstream: String) -> io::Result<()> {
    loop {
        let (mut inbound, _) = listener.accept().await?;
        let mut outbound = TcpStream::connect(&upstream).await?; //~ serial-accept: which waits for an answer from outside
        tokio::spawn(async move { tokio::io::copy_bidirectional(&mut inbound, &mut outbound).await });
    }
}

pub async fn in_select(listener: TcpListener, mut stop: mpsc::Receiver<()>) {
    loop {
        tokio::select! {
            peer = listener.accept() => {
                let Ok((socket, _)) = peer else { return };
                let _ = handle(socket).await; //~ serial-accept
            }
            _ = stop.recv() => return,
        }
    }
}
