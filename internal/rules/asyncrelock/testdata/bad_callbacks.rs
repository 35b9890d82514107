// Code that runs under a lock and comes back for it: closures that a function is given, trait objects, wakers.
use std::sync::{Arc, Mutex, RwLock};
use std::task::{Wake, Waker};

#[derive(Default)]
pub struct Status {
    code: Mutex<u32>,
}

impl Status {
    fn close(&self) {
        *self.code.lock().unwrap() = 0;
    }

    fn with<R>(&self, f: impl FnOnce(&mut u32) -> R) -> R {
        f(&mut self.code.lock().unwrap())
    }

    fn through<R>(&self, f: impl FnOnce(&mut u32) -> R) -> R {
        self.with(f)
    }

    pub fn fail(&self) {
        self.with(|code| {
            if *code > 3 {
                self.close(); //~ async-relock: `self.code`
            }
        });
    }

    pub fn fail_further_down(&self) {
        self.through(|_| self.close()); //~ async-relock: `self.code`
    }
}

#[derive(Default)]
pub struct Rows {
    all: tokio::sync::Mutex<Vec<u32>>,
}

impl Rows {
    async fn count(&self) -> usize {
        self.all.lock().await.len()
    }

    async fn under<F: std::future::Future<Output = usize>>(&self, then: impl FnOnce() -> F) -> usize {
        let all = self.all.lock().await;
        then().await + all.len()
    }

    pub async fn twice(&self) -> usize {
        self.under(|| async { self.count().await }).await //~ async-relock: this task waits
    }
}

type Listener = Box<dyn Fn(&str) + Send + Sync>;

#[derive(Default)]
pub struct Bus {
    listeners: Mutex<Vec<Listener>>,
}

impl Bus {
    pub fn listen(&self, listener: Listener) {
        self.listeners.lock().unwrap().push(listener);
    }

    pub fn tell(&self, text: &str) {
        for listener in self.listeners.lock().unwrap().iter() {
            listener(text); //~ async-relock: calls code that can come back for `self.listeners`
        }
    }
}

pub fn once(bus: &Arc<Bus>) {
    let this = bus.clone();
    bus.listen(Box::new(move |_| this.listeners.lock().unwrap().clear()));
}

pub trait Delegate: Send + Sync {
    fn finished(&self);
}

#[derive(Default)]
pub struct Transfer {
    delegate: RwLock<Option<Box<dyn Delegate>>>,
}

impl Transfer {
    pub fn detach(&self) {
        *self.delegate.write().unwrap() = None;
    }

    pub fn finish(&self) {
        if let Some(delegate) = &*self.delegate.read().unwrap() {
            delegate.finished(); //~ async-relock: calls code that can come back for `self.delegate`
        }
    }
}

pub struct Screen(Arc<Transfer>);

impl Delegate for Screen {
    fn finished(&self) {
        self.0.detach();
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
        let asleep = std::mem::take(&mut *self.asleep.lock().unwrap());
        let ready = self.ready.lock().unwrap();
        for waker in asleep {
            waker.wake(); //~ async-relock: calls code that can come back for `self.ready`
        }
        ready.len()
    }
}
