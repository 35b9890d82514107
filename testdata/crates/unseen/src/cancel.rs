//! Futures that are dropped half done, and what they leave behind.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::{Notify, mpsc, watch};

/// A message of a head and a body, read by two helpers under one arm.
pub mod a_message_in_two_parts {
    use super::*;

    async fn head<R: AsyncRead + Unpin>(r: &mut R) -> io::Result<usize> {
        let mut bytes = [0u8; 4];
        r.read_exact(&mut bytes).await?;
        Ok(u32::from_be_bytes(bytes) as usize)
    }

    async fn message<R: AsyncRead + Unpin>(r: &mut R) -> io::Result<Vec<u8>> {
        let n = head(r).await?;
        let mut body = vec![0; n];
        r.read_exact(&mut body).await?;
        Ok(body)
    }

    pub async fn buggy<R: AsyncRead + Unpin>(mut r: R, mut out: mpsc::Receiver<Vec<u8>>) -> io::Result<()> {
        loop {
            tokio::select! {
                read = message(&mut r) => { //~ cancel-lossy-future
                    println!("{} bytes", read?.len());
                }
                Some(bytes) = out.recv() => println!("to send: {bytes:?}"),
                else => return Ok(()),
            }
        }
    }

    pub async fn fixed<R: AsyncRead + Unpin + Send + 'static>(mut r: R, mut out: mpsc::Receiver<Vec<u8>>) -> io::Result<()> {
        let (tx, mut rx) = mpsc::channel(1);
        let reader = tokio::spawn(async move {
            loop {
                let read = message(&mut r).await?;
                if tx.send(read).await.is_err() {
                    return Ok::<_, io::Error>(());
                }
            }
        });
        loop {
            tokio::select! {
                Some(read) = rx.recv() => println!("{} bytes", read.len()),
                Some(bytes) = out.recv() => println!("to send: {bytes:?}"),
                else => break,
            }
        }
        reader.await?
    }
}

/// A line that is read into a buffer which each turn empties.
pub mod a_line_that_is_begun_anew {
    use super::*;

    pub async fn buggy<R: AsyncRead + Unpin>(r: R, stop: Arc<Notify>, mut ticks: tokio::time::Interval) -> io::Result<()> {
        let mut r = BufReader::new(r);
        let mut line = String::new();
        loop {
            line.clear();
            tokio::select! {
                n = r.read_line(&mut line) => { //~ cancel-lossy-future
                    if n? == 0 { return Ok(()); }
                    println!("{line}");
                }
                _ = ticks.tick() => println!("alive"),
                _ = stop.notified() => return Ok(()),
            }
        }
    }

    pub async fn fixed<R: AsyncRead + Unpin>(r: R, stop: Arc<Notify>, mut ticks: tokio::time::Interval) -> io::Result<()> {
        let mut lines = BufReader::new(r).lines();
        loop {
            tokio::select! {
                line = lines.next_line() => match line? {
                    Some(line) => println!("{line}"),
                    None => return Ok(()),
                },
                _ = ticks.tick() => println!("alive"),
                _ = stop.notified() => return Ok(()),
            }
        }
    }
}

/// Sending again what may have gone out in part.
pub mod sent_again_in_part {
    use super::*;

    pub async fn buggy<W: AsyncWrite + Unpin>(w: &mut W, frame: &[u8]) -> io::Result<()> {
        for _ in 0..3 {
            match tokio::time::timeout(Duration::from_secs(1), w.write_all(frame)).await { //~ cancel-lossy-future
                Ok(done) => return done,
                Err(_) => continue,
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    pub async fn fixed<W: AsyncWrite + Unpin>(w: &mut W, mut frame: &[u8]) -> io::Result<()> {
        for _ in 0..3 {
            match tokio::time::timeout(Duration::from_secs(1), w.write_all_buf(&mut frame)).await {
                Ok(done) => return done,
                Err(_) => continue,
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }
}

/// A count of what is running, put back only when it ends.
pub mod a_count_of_the_running {
    use super::*;

    pub struct Server {
        running: AtomicUsize,
        most: usize,
    }

    async fn work(n: u32) -> u32 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        n
    }

    impl Server {
        pub fn new(most: usize) -> Self {
            Server { running: AtomicUsize::new(0), most }
        }

        pub fn running(&self) -> usize {
            self.running.load(Ordering::SeqCst)
        }

        async fn run(&self, n: u32) -> Option<u32> {
            if self.running.fetch_add(1, Ordering::SeqCst) >= self.most {
                self.running.fetch_sub(1, Ordering::SeqCst);
                return None;
            }
            let answer = work(n).await; //~ cancel-torn-state
            self.running.fetch_sub(1, Ordering::SeqCst);
            Some(answer)
        }

        pub async fn buggy(&self, n: u32) -> Option<u32> {
            tokio::time::timeout(Duration::from_secs(1), self.run(n)).await.ok().flatten()
        }
    }

    pub struct Running<'a>(&'a AtomicUsize);

    impl Drop for Running<'_> {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }

    impl Server {
        async fn run_counted(&self, n: u32) -> Option<u32> {
            self.running.fetch_add(1, Ordering::SeqCst);
            let _running = Running(&self.running);
            Some(work(n).await)
        }

        pub async fn fixed(&self, n: u32) -> Option<u32> {
            tokio::time::timeout(Duration::from_secs(1), self.run_counted(n)).await.ok().flatten()
        }
    }
}

/// A job is taken from a queue before the place that it goes to is free.
pub mod taken_before_there_is_room {
    use super::*;

    pub struct Queue {
        jobs: Mutex<VecDeque<u64>>,
        more: Notify,
    }

    impl Queue {
        async fn forward(&self, to: &mpsc::Sender<u64>) -> Result<(), mpsc::error::SendError<u64>> {
            let job = self.jobs.lock().unwrap().pop_front();
            match job {
                Some(job) => to.send(job).await, //~ cancel-torn-state
                None => {
                    self.more.notified().await;
                    Ok(())
                }
            }
        }

        pub async fn buggy(&self, to: mpsc::Sender<u64>, mut settings: watch::Receiver<u32>) {
            loop {
                tokio::select! {
                    sent = self.forward(&to) => {
                        if sent.is_err() { return; }
                    }
                    changed = settings.changed() => {
                        if changed.is_err() { return; }
                    }
                }
            }
        }

        async fn forward_reserved(&self, to: &mpsc::Sender<u64>) -> Result<(), mpsc::error::SendError<()>> {
            let place = to.reserve().await?;
            let job = self.jobs.lock().unwrap().pop_front();
            match job {
                Some(job) => place.send(job),
                None => {
                    drop(place);
                    self.more.notified().await;
                }
            }
            Ok(())
        }

        pub async fn fixed(&self, to: mpsc::Sender<u64>, mut settings: watch::Receiver<u32>) {
            loop {
                tokio::select! {
                    sent = self.forward_reserved(&to) => {
                        if sent.is_err() { return; }
                    }
                    changed = settings.changed() => {
                        if changed.is_err() { return; }
                    }
                }
            }
        }
    }
}

/// A connection is out of its place while it is asked.
pub mod a_connection_out_of_its_place {
    use super::*;

    pub struct Conn(u32);

    impl Conn {
        async fn ping(&mut self) -> io::Result<()> {
            tokio::time::sleep(Duration::from_millis(1)).await;
            self.0 += 1;
            Ok(())
        }
    }

    pub struct Slot {
        conn: Mutex<Option<Conn>>,
    }

    impl Slot {
        pub fn new() -> Self {
            Slot { conn: Mutex::new(Some(Conn(0))) }
        }

        pub fn is_there(&self) -> bool {
            self.conn.lock().unwrap().is_some()
        }

        async fn ping(&self) -> io::Result<()> {
            let mut conn = self.conn.lock().unwrap().take().ok_or(io::ErrorKind::NotConnected)?;
            conn.ping().await?; //~ cancel-torn-state
            *self.conn.lock().unwrap() = Some(conn);
            Ok(())
        }

        pub async fn buggy(&self) -> bool {
            matches!(tokio::time::timeout(Duration::from_millis(10), self.ping()).await, Ok(Ok(())))
        }
    }

    pub struct Shared {
        conn: tokio::sync::Mutex<Conn>,
    }

    impl Shared {
        async fn ping(&self) -> io::Result<()> {
            self.conn.lock().await.ping().await
        }

        pub async fn fixed(&self) -> bool {
            matches!(tokio::time::timeout(Duration::from_millis(10), self.ping()).await, Ok(Ok(())))
        }
    }
}

/// A transfer between two accounts under one async lock, and an await between its halves.
pub mod half_a_transfer {
    use super::*;

    pub struct Bank {
        accounts: tokio::sync::Mutex<HashMap<u32, i64>>,
        log: mpsc::Sender<String>,
    }

    impl Bank {
        async fn transfer(&self, from: u32, to: u32, n: i64) {
            let mut accounts = self.accounts.lock().await;
            *accounts.entry(from).or_default() -= n;
            let _ = self.log.send(format!("{from} -> {to}: {n}")).await; //~ cancel-torn-state
            *accounts.entry(to).or_default() += n;
        }

        pub async fn buggy(&self) -> bool {
            tokio::time::timeout(Duration::from_millis(50), self.transfer(1, 2, 3)).await.is_ok()
        }

        async fn transfer_whole(&self, from: u32, to: u32, n: i64) {
            {
                let mut accounts = self.accounts.lock().await;
                *accounts.entry(from).or_default() -= n;
                *accounts.entry(to).or_default() += n;
            }
            let _ = self.log.send(format!("{from} -> {to}: {n}")).await;
        }

        pub async fn fixed(&self) -> bool {
            tokio::time::timeout(Duration::from_millis(50), self.transfer_whole(1, 2, 3)).await.is_ok()
        }
    }
}

/// A heartbeat that any message puts off.
pub mod a_heartbeat_put_off {
    use super::*;

    pub async fn buggy<W: AsyncWrite + Unpin>(mut rx: mpsc::Receiver<Vec<u8>>, mut w: W) -> io::Result<()> {
        loop {
            tokio::select! {
                Some(bytes) = rx.recv() => println!("{}", bytes.len()),
                _ = tokio::time::sleep(Duration::from_secs(15)) => w.write_all(b"ping").await?,
            }
        }
    }

    pub async fn fixed<W: AsyncWrite + Unpin>(mut rx: mpsc::Receiver<Vec<u8>>, mut w: W) -> io::Result<()> {
        let mut beat = tokio::time::interval(Duration::from_secs(15));
        loop {
            tokio::select! {
                Some(bytes) = rx.recv() => println!("{}", bytes.len()),
                _ = beat.tick() => w.write_all(b"ping").await?,
            }
        }
    }
}

/// Two receivers, and nothing for when both have ended.
pub mod nothing_left_to_wait_for {
    use super::*;

    pub async fn buggy(mut a: mpsc::Receiver<u32>, mut b: mpsc::Receiver<String>) {
        loop {
            tokio::select! { //~ select-disabled-branch
                Some(n) = a.recv() => println!("{n}"),
                Some(s) = b.recv() => println!("{s}"),
            }
        }
    }

    pub async fn fixed(mut a: mpsc::Receiver<u32>, mut b: mpsc::Receiver<String>) {
        loop {
            tokio::select! {
                Some(n) = a.recv() => println!("{n}"),
                Some(s) = b.recv() => println!("{s}"),
                else => return,
            }
        }
    }
}

/// A message that waits for room is lost when the other side speaks first.
pub mod a_message_that_waits_for_room {
    use super::*;

    pub async fn buggy(mut from: mpsc::Receiver<u64>, to: mpsc::Sender<u64>, mut acks: mpsc::Receiver<u64>) {
        while let Some(x) = from.recv().await {
            tokio::select! {
                sent = to.send(x) => { //~ cancel-lossy-future
                    if sent.is_err() { return; }
                }
                Some(ack) = acks.recv() => println!("ack {ack}"),
            }
        }
    }

    pub async fn fixed(mut from: mpsc::Receiver<u64>, to: mpsc::Sender<u64>, mut acks: mpsc::Receiver<u64>) {
        while let Some(x) = from.recv().await {
            let send = to.send(x);
            tokio::pin!(send);
            loop {
                tokio::select! {
                    sent = &mut send => {
                        if sent.is_err() { return; }
                        break;
                    }
                    Some(ack) = acks.recv() => println!("ack {ack}"),
                }
            }
        }
    }
}

/// Copying from one stream to another, begun anew at each signal.
pub mod a_copy_begun_anew {
    use super::*;

    pub async fn buggy<R: AsyncRead + Unpin, W: AsyncWrite + Unpin>(mut r: R, mut w: W, mut rotate: mpsc::Receiver<()>) -> io::Result<u64> {
        loop {
            tokio::select! {
                n = tokio::io::copy(&mut r, &mut w) => return n, //~ cancel-lossy-future
                Some(()) = rotate.recv() => w.flush().await?,
            }
        }
    }

    pub async fn fixed<R: AsyncRead + Unpin, W: AsyncWrite + Unpin>(mut r: R, mut w: W, mut rotate: mpsc::Receiver<()>) -> io::Result<u64> {
        let mut total = 0;
        let mut buf = vec![0; 8192];
        loop {
            tokio::select! {
                n = r.read(&mut buf) => match n? {
                    0 => return Ok(total),
                    n => {
                        w.write_all(&buf[..n]).await?;
                        total += n as u64;
                    }
                },
                Some(()) = rotate.recv() => w.flush().await?,
            }
        }
    }
}

/// A leader of a group is dropped; the others wait for its word.
pub mod a_leader_is_dropped {
    use super::*;

    #[derive(Default)]
    pub struct Once {
        state: Mutex<State>,
        told: Notify,
    }

    #[derive(Default, Clone)]
    enum State {
        #[default]
        Empty,
        Loading,
        Loaded(String),
    }

    async fn load() -> String {
        tokio::time::sleep(Duration::from_millis(20)).await;
        "loaded".into()
    }

    impl Once {
        async fn get(&self) -> String {
            loop {
                let told = self.told.notified();
                let first = {
                    let mut state = self.state.lock().unwrap();
                    match &*state {
                        State::Loaded(text) => return text.clone(),
                        State::Loading => false,
                        State::Empty => {
                            *state = State::Loading;
                            true
                        }
                    }
                };
                if first {
                    let text = load().await; //~ cancel-torn-state
                    *self.state.lock().unwrap() = State::Loaded(text.clone());
                    self.told.notify_waiters();
                    return text;
                }
                told.await;
            }
        }

        pub async fn buggy(&self) -> Option<String> {
            tokio::time::timeout(Duration::from_millis(5), self.get()).await.ok()
        }
    }

    pub struct Cell(tokio::sync::OnceCell<String>);

    impl Cell {
        pub async fn fixed(&self) -> Option<String> {
            tokio::time::timeout(Duration::from_millis(5), self.0.get_or_init(load)).await.ok().cloned()
        }
    }
}

/// A request registers itself and is taken out only by its answer.
pub mod an_entry_nobody_takes_out {
    use super::*;
    use tokio::sync::oneshot;

    #[derive(Default)]
    pub struct Client {
        waiting: Mutex<HashMap<u64, oneshot::Sender<String>>>,
        next: AtomicUsize,
    }

    impl Client {
        fn answer(&self, id: u64, text: String) {
            if let Some(tx) = self.waiting.lock().unwrap().remove(&id) {
                let _ = tx.send(text);
            }
        }

        async fn ask(&self) -> Option<String> {
            let id = self.next.fetch_add(1, Ordering::Relaxed) as u64;
            let (tx, rx) = oneshot::channel();
            self.waiting.lock().unwrap().insert(id, tx);
            let answer = rx.await.ok(); //~ cancel-torn-state
            self.waiting.lock().unwrap().remove(&id);
            answer
        }

        pub async fn buggy(&self) -> Option<String> {
            tokio::time::timeout(Duration::from_secs(3), self.ask()).await.ok().flatten()
        }
    }

    pub struct Entry<'a>(&'a Client, u64);

    impl Drop for Entry<'_> {
        fn drop(&mut self) {
            self.0.waiting.lock().unwrap().remove(&self.1);
        }
    }

    impl Client {
        async fn ask_guarded(&self) -> Option<String> {
            let id = self.next.fetch_add(1, Ordering::Relaxed) as u64;
            let (tx, rx) = oneshot::channel();
            self.waiting.lock().unwrap().insert(id, tx);
            let _entry = Entry(self, id);
            rx.await.ok()
        }

        pub async fn fixed(&self) -> Option<String> {
            tokio::time::timeout(Duration::from_secs(3), self.ask_guarded()).await.ok().flatten()
        }
    }
}
