use futures::StreamExt;
use std::io::ErrorKind;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpListener;
use tokio::sync::{broadcast, mpsc, watch};

pub async fn asks(listener: TcpListener) -> std::io::Result<()> {
    loop {
        match listener.accept().await {
            Ok((socket, _)) => drop(socket),
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => continue,
            Err(error) => return Err(error),
        }
    }
}

pub async fn waits(listener: TcpListener) {
    let mut pause = Duration::from_millis(5);
    loop {
        match listener.accept().await {
            Ok((socket, _)) => drop(socket),
            Err(_) => {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
        }
    }
}

pub async fn ends(mut rx: mpsc::Receiver<u32>) {
    while let Some(n) = rx.recv().await {
        println!("{n}");
    }
    loop {
        let Some(n) = rx.recv().await else { break };
        println!("{n}");
    }
}

pub async fn only_lagged(mut rx: broadcast::Receiver<u32>) {
    loop {
        match rx.recv().await {
            Ok(n) => println!("{n}"),
            Err(broadcast::error::RecvError::Lagged(n)) => eprintln!("{n} lost"),
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

pub async fn settings(mut rx: watch::Receiver<u32>) {
    while rx.changed().await.is_ok() {
        println!("{}", *rx.borrow());
    }
}

pub async fn again(mut make: impl FnMut() -> futures::stream::Iter<std::vec::IntoIter<u32>>) {
    let mut items = make();
    loop {
        match items.next().await {
            Some(n) => println!("{n}"),
            None => items = make(),
        }
    }
}

pub async fn copy(mut input: impl AsyncRead + Unpin, mut out: Vec<u8>) -> std::io::Result<Vec<u8>> {
    let mut buffer = [0; 512];
    loop {
        let n = input.read(&mut buffer).await?;
        if n == 0 {
            return Ok(out);
        }
        out.extend_from_slice(&buffer[..n]);
    }
}

pub async fn switched_off(mut a: mpsc::Receiver<u32>, mut b: mpsc::Receiver<u32>) {
    let (mut a_open, mut b_open) = (true, true);
    while a_open || b_open {
        tokio::select! {
            n = a.recv(), if a_open => match n {
                Some(n) => println!("{n}"),
                None => a_open = false,
            },
            n = b.recv(), if b_open => match n {
                Some(n) => println!("{n}"),
                None => b_open = false,
            },
        }
    }
}

pub async fn both(listener: TcpListener, mut stop: mpsc::Receiver<()>) -> std::io::Result<()> {
    loop {
        tokio::select! {
            peer = listener.accept() => drop(peer?),
            Some(()) = stop.recv() => return Ok(()),
            else => return Ok(()),
        }
    }
}

pub enum Event {
    Item(u32),
    Exit,
}

pub async fn by_way_of_an_event(mut rx: mpsc::Receiver<u32>, mut stop: mpsc::Receiver<()>) {
    loop {
        let event = tokio::select! {
            n = rx.recv() => match n {
                Some(n) => Some(Event::Item(n)),
                None => Some(Event::Exit),
            },
            Some(()) = stop.recv() => None,
        };
        match event {
            Some(Event::Exit) => return,
            Some(Event::Item(n)) => println!("{n}"),
            None => {}
        }
    }
}

/// The sender is a field of the value that is borrowed: it cannot be gone while this waits.
pub struct Gate {
    state: std::sync::Mutex<State>,
    turns: tokio::sync::watch::Receiver<u64>,
}

struct State {
    open: tokio::sync::watch::Sender<u64>,
}

impl Gate {
    pub fn new() -> Gate {
        let (open, turns) = tokio::sync::watch::channel(0);
        Gate { state: std::sync::Mutex::new(State { open }), turns }
    }

    pub fn open(&self, turn: u64) {
        let _ = self.state.lock().unwrap().open.send(turn);
    }

    pub async fn pass(&self, turn: u64) {
        let mut turns = self.turns.clone();
        loop {
            let _ = turns.changed().await;
            if *turns.borrow() >= turn {
                break;
            }
        }
    }
}
