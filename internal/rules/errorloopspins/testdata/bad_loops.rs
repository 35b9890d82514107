use futures::StreamExt;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpListener;
use tokio::sync::{broadcast, mpsc, watch};

pub async fn only_success(listener: TcpListener) {
    loop {
        if let Ok((socket, _)) = listener.accept().await { //~ error-loop-spins: this loop comes back to `accept` at once
            tokio::spawn(async move { drop(socket) });
        }
    }
}

pub async fn closed(mut rx: mpsc::Receiver<u32>, mut seen: Vec<u32>) {
    loop {
        match rx.recv().await { //~ error-loop-spins
            Some(n) => seen.push(n),
            None => continue,
        }
    }
}

pub async fn lagged(mut rx: broadcast::Receiver<u32>) {
    loop {
        let Ok(n) = rx.recv().await else { continue }; //~ error-loop-spins
        println!("{n}");
    }
}

pub async fn settings(mut rx: watch::Receiver<u32>) {
    loop {
        if rx.changed().await.is_err() { //~ error-loop-spins
            eprintln!("no settings");
        }
        println!("{}", *rx.borrow());
    }
}

pub async fn stream(mut items: impl futures::Stream<Item = u32> + Unpin) {
    loop {
        if let Some(n) = items.next().await { //~ error-loop-spins
            println!("{n}");
        }
    }
}

pub async fn copy(mut input: impl AsyncRead + Unpin, mut out: Vec<u8>) -> std::io::Result<()> {
    let mut buffer = [0; 512];
    loop {
        let n = input.read(&mut buffer).await?; //~ error-loop-spins
        out.extend_from_slice(&buffer[..n]);
    }
}

pub async fn both(listener: TcpListener, mut stop: mpsc::Receiver<()>) {
    loop {
        tokio::select! {
            peer = listener.accept() => match peer { //~ error-loop-spins
                Ok((socket, _)) => drop(socket),
                Err(error) => eprintln!("{error}"),
            },
            _ = stop.recv() => return,
        }
    }
}
