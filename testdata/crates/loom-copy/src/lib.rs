//! Gates that one thread opens and others wait for. Nothing here knows of loom.
use std::{
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        Condvar, Mutex,
    },
    thread::Thread,
};

/// A gate that is right: the flag changes under the lock that goes with the bell.
#[derive(Default)]
pub struct Gate {
    open: Mutex<bool>,
    bell: Condvar,
}

impl Gate {
    pub fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.bell.notify_all();
    }

    pub fn wait(&self) {
        let mut open = self.open.lock().unwrap();
        while !*open {
            open = self.bell.wait(open).unwrap();
        }
    }
}

/// A gate that loses a wake-up: the flag changes, and the bell rings, between the look at the flag and the wait.
pub struct Leaky {
    open: AtomicBool,
    lock: Mutex<()>,
    bell: Condvar,
}

impl Leaky {
    pub fn new() -> Self {
        Leaky { open: AtomicBool::new(false), lock: Mutex::new(()), bell: Condvar::new() }
    }

    pub fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
        self.bell.notify_all();
    }

    pub fn wait(&self) {
        let mut guard = self.lock.lock().unwrap();
        while !self.open.load(Ordering::SeqCst) {
            guard = self.bell.wait(guard).unwrap();
        }
    }
}

/// A counter in two steps.
pub struct Torn(AtomicUsize);

impl Torn {
    pub const fn new() -> Self {
        Torn(AtomicUsize::new(0))
    }

    pub fn add(&self) {
        let now = self.0.load(core::sync::atomic::Ordering::SeqCst);
        self.0.store(now + 1, Ordering::SeqCst);
    }

    pub fn get(mut self) -> usize {
        *self.0.get_mut()
    }

    pub fn look(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// What every caller shares.
pub static TOTAL: Torn = Torn::new();

/// Wakes a thread that parks until a flag is set.
pub struct Parked {
    pub done: AtomicBool,
    pub thread: Thread,
}

impl Parked {
    pub fn wake(&self) {
        self.done.store(true, Ordering::Release);
        self.thread.unpark();
    }
}
