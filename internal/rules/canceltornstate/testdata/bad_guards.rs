// Guards that put nothing right: told to do nothing, forgotten, or made too late. The good ones beside them are silent.

use std::collections::HashSet;
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

const LIMIT: Duration = Duration::from_secs(1);

#[derive(Default)]
pub struct Shared {
    running: AtomicUsize,
    busy: AtomicBool,
    names: Mutex<HashSet<u64>>,
}

/// Counts down unless it was told not to.
struct Running<'a> {
    shared: &'a Shared,
    armed: bool,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if !self.armed {
            return;
        }
        self.shared.running.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Ends the work unless it was taken away.
struct Busy(Option<Arc<Shared>>);

impl Busy {
    fn disarm(mut self) {
        self.0.take();
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(shared) = self.0.take() {
            shared.busy.store(false, Ordering::SeqCst);
        }
    }
}

struct Counted<'a>(&'a Shared);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Named<'a>(&'a Shared, u64);

impl Drop for Named<'_> {
    fn drop(&mut self) {
        self.0.names.lock().unwrap().remove(&self.1);
    }
}

async fn switched_off(shared: &Shared) {
    shared.running.fetch_add(1, Ordering::SeqCst);
    let mut running = Running { shared, armed: true };
    sleep(LIMIT).await;
    running.armed = false;
    sleep(LIMIT).await; //~ cancel-torn-state: a cancel here leaves `shared.running` counted up
    shared.running.fetch_sub(1, Ordering::SeqCst);
}

async fn switched_on(shared: &Shared) {
    let mut running = Running { shared, armed: false };
    sleep(LIMIT).await;
    shared.running.fetch_add(1, Ordering::SeqCst);
    running.armed = true;
    sleep(LIMIT).await;
    running.armed = false;
    shared.running.fetch_sub(1, Ordering::SeqCst);
}

async fn taken_away(shared: &Arc<Shared>) {
    shared.busy.store(true, Ordering::SeqCst);
    let busy = Busy(Some(shared.clone()));
    sleep(LIMIT).await;
    busy.disarm();
    sleep(LIMIT).await; //~ cancel-torn-state: a cancel here leaves `shared.busy` at `true`
    shared.busy.store(false, Ordering::SeqCst);
}

async fn forgotten(shared: &Shared) {
    shared.running.fetch_add(1, Ordering::SeqCst);
    let counted = Counted(shared);
    sleep(LIMIT).await;
    mem::forget(counted);
    sleep(LIMIT).await; //~ cancel-torn-state
    shared.running.fetch_sub(1, Ordering::SeqCst);
}

async fn moved_on(shared: &Shared) {
    shared.running.fetch_add(1, Ordering::SeqCst);
    keeps(Counted(shared)).await;
}

async fn keeps(counted: Counted<'_>) {
    sleep(LIMIT).await;
    drop(counted);
}

async fn too_late(shared: &Shared) -> Counted<'_> {
    shared.running.fetch_add(1, Ordering::SeqCst);
    sleep(LIMIT).await; //~ cancel-torn-state: a cancel here leaves `shared.running` counted up: the `Counted` that takes it back when it is dropped is made only behind this await
    Counted(shared)
}

async fn in_time(shared: &Shared) -> Counted<'_> {
    shared.running.fetch_add(1, Ordering::SeqCst);
    let counted = Counted(shared);
    sleep(LIMIT).await;
    counted
}

async fn named_too_late(shared: &Shared, id: u64) -> Result<Named<'_>, ()> {
    shared.names.lock().unwrap().insert(id);
    sleep(LIMIT).await; //~ cancel-torn-state
    Ok(Named(shared, id))
}

async fn named_behind(shared: &Shared, id: u64) -> Result<Named<'_>, ()> {
    sleep(LIMIT).await;
    shared.names.lock().unwrap().insert(id);
    Ok(Named(shared, id))
}

pub enum Command {
    Lock(oneshot::Sender<()>),
    Unlock,
}

pub struct Client {
    commands: mpsc::UnboundedSender<Command>,
    watching: bool,
}

/// Unlocks at the end.
struct Locked<'a>(&'a Client);

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        let _ = self.0.commands.send(Command::Unlock);
    }
}

impl Client {
    async fn lock(&self) -> Option<Locked<'_>> {
        let (answer, locked) = oneshot::channel();
        self.commands.send(Command::Lock(answer)).ok()?;
        locked.await.ok()?; //~ cancel-torn-state: a cancel here leaves `self.commands` with a message sent
        Some(Locked(self))
    }

    async fn lock_soundly(&self) -> Option<Locked<'_>> {
        let (answer, locked) = oneshot::channel();
        let guard = Locked(self);
        self.commands.send(Command::Lock(answer)).ok()?;
        locked.await.ok()?;
        Some(guard)
    }

    async fn watch(&mut self) -> Option<()> {
        let (answer, locked) = oneshot::channel();
        self.commands.send(Command::Lock(answer)).ok()?;
        locked.await.ok()?; //~ cancel-torn-state: a cancel here leaves `self.watching` as it was
        self.watching = true;
        Some(())
    }

    pub fn state(&self) -> &'static str {
        if self.watching { "watching" } else { "idle" }
    }
}

pub async fn all(shared: &Arc<Shared>, client: &mut Client) {
    let _ = timeout(LIMIT, switched_off(shared)).await;
    let _ = timeout(LIMIT, switched_on(shared)).await;
    let _ = timeout(LIMIT, taken_away(shared)).await;
    let _ = timeout(LIMIT, forgotten(shared)).await;
    let _ = timeout(LIMIT, moved_on(shared)).await;
    let _ = timeout(LIMIT, too_late(shared)).await;
    let _ = timeout(LIMIT, in_time(shared)).await;
    let _ = timeout(LIMIT, named_too_late(shared, 1)).await;
    let _ = timeout(LIMIT, named_behind(shared, 1)).await;
    let _ = timeout(LIMIT, client.lock()).await;
    let _ = timeout(LIMIT, client.lock_soundly()).await;
    let _ = timeout(LIMIT, client.watch()).await;
}
