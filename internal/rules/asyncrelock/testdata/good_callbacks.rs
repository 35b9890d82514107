// Callbacks that run when the guard is gone, that take another lock, or whose like is kept elsewhere.
use std::sync::{Arc, Mutex, RwLock};
use std::task::{Wake, Waker};

#[derive(Default)]
pub struct Status {
    code: Mutex<u32>,
    log: Mutex<Vec<u32>>,
}

impl Status {
    fn with<R>(&self, f: impl FnOnce(&mut u32) -> R) -> R {
        f(&mut self.code.lock().unwrap())
    }

    fn copied<R>(&self, f: impl FnOnce(u32) -> R) -> R {
        let code = *self.code.lock().unwrap();
        f(code)
    }

    pub fn another_lock(&self) {
        self.with(|code| self.log.lock().unwrap().push(*code));
    }

    pub fn when_it_is_over(&self) -> u32 {
        self.copied(|code| code + *self.code.lock().unwrap())
    }

    pub fn another_status(&self, other: &Status) {
        self.with(|code| *code += *other.code.lock().unwrap());
    }
}

type Listener = Arc<dyn Fn(&str) + Send + Sync>;

#[derive(Default)]
pub struct Bus {
    listeners: Mutex<Vec<Listener>>,
    told: Mutex<u32>,
}

impl Bus {
    pub fn listen(&self, listener: Listener) {
        self.listeners.lock().unwrap().push(listener);
    }

    pub fn tell(&self, text: &str) {
        let all = self.listeners.lock().unwrap().clone();
        for listener in all {
            listener(text);
        }
    }

    pub fn tell_and_count(&self, text: &str) {
        for listener in self.listeners.lock().unwrap().iter() {
            listener(text);
            *self.told.lock().unwrap() += 1;
        }
    }
}

// The closures of a bus of another kind take the lock of that.
pub type Other = Box<dyn Fn(u32) + Send + Sync>;

pub fn of_another_kind(bus: &Arc<Bus>) -> Other {
    let this = bus.clone();
    Box::new(move |_| this.listeners.lock().unwrap().clear())
}

pub trait Delegate: Send + Sync {
    fn finished(&self);
}

#[derive(Default)]
pub struct Transfer {
    delegate: RwLock<Option<Arc<dyn Delegate>>>,
}

impl Transfer {
    pub fn finish(&self) {
        let delegate = self.delegate.read().unwrap().clone();
        if let Some(delegate) = delegate {
            delegate.finished();
        }
    }
}

pub struct Screen(Arc<Transfer>);

impl Delegate for Screen {
    fn finished(&self) {
        *self.0.delegate.write().unwrap() = None;
    }
}

#[derive(Default)]
pub struct Queue {
    ready: Mutex<Vec<u32>>,
    asleep: Mutex<Vec<Waker>>,
}

pub struct Task {
    queue: Arc<Queue>,
    id: u32,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.queue.ready.lock().unwrap().push(self.id);
    }
}

impl Queue {
    pub fn run(&self) -> usize {
        for waker in self.asleep.lock().unwrap().drain(..) {
            waker.wake();
        }
        self.ready.lock().unwrap().len()
    }
}
