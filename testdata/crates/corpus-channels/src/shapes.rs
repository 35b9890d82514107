//! The same shapes by other ways: actors, helpers, other channels, sets of tasks.

use std::sync::Arc;
use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use tokio::task::JoinSet;

pub enum Command {
    Add(u32),
    Get(oneshot::Sender<u32>),
    Flush,
}

#[derive(Clone)]
pub struct Actor {
    commands: mpsc::Sender<Command>,
}

impl Actor {
    pub async fn get(&self) -> Option<u32> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(Command::Get(reply)).await.ok()?;
        answer.await.ok()
    }

    async fn flush(&self) {
        let _ = self.commands.send(Command::Flush).await;
    }
}

pub fn start() -> Actor {
    let (commands, incoming) = mpsc::channel(2);
    let actor = Actor { commands };
    tokio::spawn(run(actor.clone(), incoming));
    actor
}

async fn run(me: Actor, mut incoming: mpsc::Receiver<Command>) {
    let mut sum = 0;
    while let Some(command) = incoming.recv().await { //~ never-closes
        match command {
            Command::Add(n) => {
                sum += n;
                me.flush().await; //~ channel-deadlock
            }
            Command::Flush => sum = me.get().await.unwrap_or(sum), //~ channel-deadlock
            Command::Get(reply) => {
                let _ = reply.send(sum);
            }
        }
    }
}

pub async fn a_set_of_tasks() -> u32 {
    let (tx, mut rx) = mpsc::unbounded_channel::<u32>();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut sum = 0;
        while let Some(n) = rx.recv().await {
            sum += n;
        }
        sum
    });
    let _ = tx.send(3);
    let mut sum = 0;
    while let Some(done) = tasks.join_next().await { //~ join-deadlock
        sum += done.unwrap_or(0);
    }
    drop(tx);
    sum
}

pub async fn of_async_channel() -> u32 {
    let (tx, rx) = async_channel::bounded(4);
    let sender = tx.clone();
    tokio::spawn(async move {
        let _ = sender.send(1).await;
    });
    let mut sum = 0;
    while let Ok(n) = rx.recv().await { //~ never-closes
        sum += n;
    }
    drop(tx);
    sum
}

pub struct Workers {
    jobs: mpsc::Sender<u32>,
    results: mpsc::Receiver<u32>,
}

impl Workers {
    pub fn start() -> Workers {
        let (jobs, mut todo) = mpsc::channel(4);
        let (done, results) = mpsc::channel(4);
        tokio::spawn(async move {
            while let Some(n) = todo.recv().await {
                let _ = done.send(n).await;
            }
        });
        Workers { jobs, results }
    }

    pub async fn submit(&self, n: u32) {
        let _ = self.jobs.send(n).await;
    }

    pub async fn finish(mut self) -> u32 {
        let mut sum = 0;
        while let Some(n) = self.results.recv().await { //~? never-closes
            sum += n;
        }
        sum
    }

    pub async fn finish_fixed(self) -> u32 {
        let Workers { jobs, mut results } = self;
        drop(jobs);
        let mut sum = 0;
        while let Some(n) = results.recv().await {
            sum += n;
        }
        sum
    }
}

#[derive(Default)]
pub struct Gate {
    open: Mutex<bool>,
    opened: Notify,
}

impl Gate {
    pub async fn pass(&self) {
        loop {
            if *self.open.lock().await {
                return;
            }
            self.opened.notified().await; //~ notify-lost-wakeup
        }
    }

    pub async fn open(&self) {
        *self.open.lock().await = true;
        self.opened.notify_waiters();
    }
}

pub async fn joined_under_the_lock(gate: Arc<Gate>) {
    let this = gate.clone();
    let open = gate.open.lock().await;
    let task = tokio::spawn(async move { this.open().await });
    if !*open {
        let _ = task.await; //~ join-deadlock
    }
}
