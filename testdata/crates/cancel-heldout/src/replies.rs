//! The sender of a reply is put where the answer finds it, and the wait for the reply has a limit of its own.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_millis(200);

#[derive(Default)]
pub struct Table {
    waiting: Mutex<HashMap<u64, oneshot::Sender<String>>>,
    next: AtomicU64,
}

impl Table {
    pub fn answer(&self, id: u64, text: String) {
        if let Some(reply) = self.waiting.lock().unwrap().remove(&id) {
            let _ = reply.send(text);
        }
    }

    /// 1: a limit around the receiver.
    pub async fn plain(&self) -> Option<String> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (reply, replied) = oneshot::channel();
        self.waiting.lock().unwrap().insert(id, reply);
        timeout(LIMIT, replied).await.ok()?.ok() //~ cancel-torn-state
    }

    /// 2: a match, in which time being up is an error.
    pub async fn matched(&self) -> Result<String, &'static str> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (reply, replied) = oneshot::channel();
        self.waiting.lock().unwrap().insert(id, reply);
        match timeout(LIMIT, replied).await { //~ cancel-torn-state
            Ok(Ok(text)) => Ok(text),
            Ok(Err(_)) => Err("closed"),
            Err(_) => Err("too late"),
        }
    }

    /// 3: sends and waits in one block under the limit.
    pub async fn in_a_block(&self, out: &mpsc::Sender<u64>) -> Option<String> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (reply, replied) = oneshot::channel();
        self.waiting.lock().unwrap().insert(id, reply);
        timeout(LIMIT, async {
            out.send(id).await.ok()?;
            replied.await.ok()
        })
        .await //~ cancel-torn-state
        .ok()?
    }

    /// 4: `select!` with a sleep instead of a timeout.
    pub async fn selected(&self) -> Option<String> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (reply, replied) = oneshot::channel();
        self.waiting.lock().unwrap().insert(id, reply);
        tokio::select! { //~? cancel-torn-state
            text = replied => text.ok(),
            () = tokio::time::sleep(LIMIT) => None,
        }
    }

    async fn reply(replied: oneshot::Receiver<String>) -> Option<String> {
        replied.await.ok()
    }

    /// 5: the receiver goes into a function.
    pub async fn handed_on(&self) -> Option<String> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (reply, replied) = oneshot::channel();
        self.waiting.lock().unwrap().insert(id, reply);
        timeout(LIMIT, Self::reply(replied)).await.ok().flatten() //~ cancel-torn-state
    }

    /// 6: registered by a helper.
    fn register(&self) -> (u64, oneshot::Receiver<String>) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (reply, replied) = oneshot::channel();
        self.waiting.lock().unwrap().insert(id, reply);
        (id, replied)
    }

    pub async fn registered(&self, out: &mpsc::Sender<u64>) -> Option<String> {
        let (id, replied) = self.register();
        out.send(id).await.ok()?;
        timeout(LIMIT, replied).await.ok()?.ok() //~? cancel-torn-state
    }

    /// 9, near miss: taken out when time is up.
    pub async fn taken_out(&self) -> Option<String> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (reply, replied) = oneshot::channel();
        self.waiting.lock().unwrap().insert(id, reply);
        match timeout(LIMIT, replied).await {
            Ok(text) => text.ok(),
            Err(_) => {
                self.waiting.lock().unwrap().remove(&id);
                None
            }
        }
    }

    /// 10, near miss: without a limit the answer takes it out.
    pub async fn unlimited(&self) -> Option<String> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (reply, replied) = oneshot::channel();
        self.waiting.lock().unwrap().insert(id, reply);
        replied.await.ok()
    }
}

/// 7: a list instead of a map.
#[derive(Default)]
pub struct Line {
    waiting: Mutex<VecDeque<oneshot::Sender<u32>>>,
}

impl Line {
    pub fn next(&self, number: u32) {
        if let Some(first) = self.waiting.lock().unwrap().pop_front() {
            let _ = first.send(number);
        }
    }

    pub async fn number(&self) -> Option<u32> {
        let (tell, told) = oneshot::channel();
        self.waiting.lock().unwrap().push_back(tell);
        timeout(LIMIT, told).await.ok()?.ok() //~ cancel-torn-state
    }
}

/// 8: a part of an object that is borrowed mutably.
#[derive(Default)]
pub struct Session {
    open: BTreeMap<u64, oneshot::Sender<()>>,
    next: u64,
}

impl Session {
    pub fn close(&mut self, id: u64) {
        if let Some(told) = self.open.remove(&id) {
            let _ = told.send(());
        }
    }

    pub async fn ping(&mut self, out: &mpsc::Sender<u64>) -> bool {
        let id = self.next;
        self.next += 1;
        let (pong, ponged) = oneshot::channel();
        self.open.insert(id, pong);
        if out.send(id).await.is_err() {
            return false;
        }
        timeout(LIMIT, ponged).await.is_ok() //~ cancel-torn-state
    }
}

/// 11, near miss: a guard takes it out.
struct Entry<'a>(&'a Table, u64);

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.0.waiting.lock().unwrap().remove(&self.1);
    }
}

pub async fn guarded(table: &Table) -> Option<String> {
    let id = table.next.fetch_add(1, Ordering::Relaxed);
    let (reply, replied) = oneshot::channel();
    let _entry = Entry(table, id);
    table.waiting.lock().unwrap().insert(id, reply);
    timeout(LIMIT, replied).await.ok()?.ok()
}

/// 12, near miss: the place that it is put into goes with the function.
pub async fn of_its_own(out: &mpsc::Sender<oneshot::Sender<String>>) -> Option<String> {
    let (reply, replied) = oneshot::channel();
    let mut local = Vec::new();
    local.push(reply);
    for reply in local.drain(..) {
        out.send(reply).await.ok()?;
    }
    timeout(LIMIT, replied).await.ok()?.ok()
}
