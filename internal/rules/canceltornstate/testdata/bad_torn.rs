use std::collections::HashMap;
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

const LIMIT: Duration = Duration::from_secs(1);

#[derive(Default)]
pub struct Shared {
    busy: AtomicBool,
    running: AtomicUsize,
    sessions: Mutex<HashMap<u64, String>>,
    idle: Mutex<Vec<String>>,
    leader: Mutex<Option<u64>>,
    state: Mutex<State>,
}

#[derive(Default, PartialEq)]
pub enum State {
    #[default]
    Idle,
    Working,
    Done,
}

impl Shared {
    async fn flag(&self) {
        self.busy.store(true, Ordering::SeqCst);
        sleep(LIMIT).await; //~ cancel-torn-state: a cancel here leaves `self.busy` at `true`, which is changed only behind this await
        self.busy.store(false, Ordering::SeqCst);
    }

    async fn count(&self) {
        self.running.fetch_add(1, Ordering::SeqCst);
        sleep(LIMIT).await; //~ cancel-torn-state: a cancel here leaves `self.running` counted up: it is counted down only behind this await
        self.running.fetch_sub(1, Ordering::SeqCst);
    }

    async fn register(&self, id: u64) {
        self.sessions.lock().unwrap().insert(id, "here".into());
        sleep(LIMIT).await; //~ cancel-torn-state: a cancel here leaves in `self.sessions` what is taken out only behind this await
        self.sessions.lock().unwrap().remove(&id);
    }

    async fn borrow(&self, out: &mpsc::Sender<u64>) {
        let Some(line) = self.idle.lock().unwrap().pop() else { return };
        let _ = out.send(line.len() as u64).await; //~ cancel-torn-state: a cancel here leaves `self.idle` without what was taken out of it
        self.idle.lock().unwrap().push(line);
    }

    async fn lead(&self, id: u64) -> Result<(), ()> {
        *self.leader.lock().unwrap() = Some(id);
        may_fail().await?; //~ cancel-torn-state
        *self.leader.lock().unwrap() = None;
        Ok(())
    }

    async fn step(&self) {
        if *self.state.lock().unwrap() == State::Working {
            return;
        }
        *self.state.lock().unwrap() = State::Working;
        sleep(LIMIT).await; //~ cancel-torn-state: a cancel here leaves `self.state` at `Working`, which is changed only behind this await
        *self.state.lock().unwrap() = State::Done;
    }
}

async fn may_fail() -> Result<(), ()> {
    sleep(LIMIT).await;
    Err(())
}

async fn all(shared: &Shared, out: &mpsc::Sender<u64>) {
    shared.flag().await;
    shared.count().await;
    shared.register(1).await;
    shared.borrow(out).await;
    let _ = shared.lead(1).await;
    shared.step().await;
}

pub async fn limited(shared: &Shared, out: &mpsc::Sender<u64>) -> bool {
    timeout(LIMIT, all(shared, out)).await.is_ok()
}

pub async fn aborted(shared: Arc<Shared>) {
    let task = tokio::spawn(async move {
        let mut jobs = shared.idle.lock().unwrap().split_off(0);
        jobs.clear();
        shared.running.fetch_add(1, Ordering::SeqCst);
        sleep(LIMIT).await; //~ cancel-torn-state
        shared.running.fetch_sub(1, Ordering::SeqCst);
    });
    sleep(LIMIT).await;
    task.abort();
}

pub struct Line {
    high: bool,
    buffer: Vec<u8>,
}

impl Line {
    fn raise(&mut self) {
        self.high = true;
    }

    fn lower(&mut self) {
        self.high = false;
    }

    async fn pulse(&mut self) {
        self.raise();
        sleep(LIMIT).await; //~ cancel-torn-state: a cancel here leaves `self.high` at `true`
        self.lower();
    }

    async fn send(&mut self, out: &mpsc::Sender<Vec<u8>>) {
        let buffer = mem::take(&mut self.buffer);
        let _ = out.send(buffer.clone()).await; //~ cancel-torn-state
        self.buffer = buffer;
    }
}

pub async fn pulses(line: &mut Line, mut stop: mpsc::Receiver<()>, out: &mpsc::Sender<Vec<u8>>) {
    loop {
        tokio::select! {
            _ = line.pulse() => println!("pulse"),
            _ = stop.recv() => println!("again"),
        }
        let _ = timeout(LIMIT, line.send(out)).await;
    }
}

#[derive(Default)]
pub struct Client {
    waiting: Mutex<HashMap<u64, tokio::sync::oneshot::Sender<String>>>,
}

impl Client {
    async fn ask(&self, id: u64) -> Option<String> {
        let (reply, replied) = tokio::sync::oneshot::channel();
        self.waiting.lock().unwrap().insert(id, reply);
        replied.await.ok() //~ cancel-torn-state: a cancel here leaves in `self.waiting` the sender for a reply that nobody waits for any more
    }

    pub async fn limited(&self, id: u64) -> Option<String> {
        timeout(LIMIT, self.ask(id)).await.ok().flatten()
    }
}

/// Nobody makes another connection: what comes after the cancel finds none.
#[derive(Default)]
pub struct Given {
    connection: Option<mpsc::Sender<u32>>,
}

impl Given {
    async fn send(&mut self, n: u32) -> bool {
        let Some(connection) = self.connection.take() else { return false };
        let sent = connection.send(n).await.is_ok(); //~ cancel-torn-state
        if sent {
            self.connection = Some(connection);
        }
        sent
    }
}

pub async fn all_by(mut given: Given, numbers: Vec<u32>) -> usize {
    let mut sent = 0;
    for n in numbers {
        if let Ok(true) = timeout(LIMIT, given.send(n)).await {
            sent += 1;
        }
    }
    sent
}
