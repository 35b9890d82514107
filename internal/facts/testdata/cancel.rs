// What a cancel does, one function for each shape. The word behind `//=` is the verdict of the function below it.

use std::collections::VecDeque;
use std::future::{poll_fn, Future};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{mpsc, Mutex};
use std::task::{Context, Poll};

pub struct Shared {
    queue: Mutex<VecDeque<String>>,
    arrived: Mutex<usize>,
    busy: AtomicBool,
    waiters: Mutex<Vec<usize>>,
}

async fn pause() {
    let mut first = true;
    poll_fn(|_| if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }).await
}

impl Shared {
    fn pop(&self) -> Option<String> {
        self.queue.lock().unwrap().pop_front()
    }

    fn push(&self, s: String) {
        self.queue.lock().unwrap().push_back(s);
    }

    fn with<R>(&self, f: impl FnOnce(&mut VecDeque<String>) -> R) -> R {
        f(&mut self.queue.lock().unwrap())
    }

    //= safe
    pub async fn nothing(&self) -> usize {
        pause().await;
        self.queue.lock().unwrap().len()
    }

    //= safe
    pub async fn taken_only_when_it_leaves(&self) -> String {
        loop {
            if let Some(s) = self.pop() {
                return s;
            }
            pause().await;
        }
    }

    //= lossy
    pub async fn taken_and_held(&self) -> Option<String> {
        let s = self.pop();
        pause().await;
        s
    }

    //= lossy
    pub async fn taken_in_a_closure_and_held(&self) -> Option<String> {
        let s = self.with(|q| q.pop_front());
        pause().await;
        s
    }

    //= lossy
    pub async fn taken_by_an_awaited_future_and_held(&self) -> String {
        let mut all = String::new();
        for _ in 0..2 {
            let s = self.taken_only_when_it_leaves().await;
            all.push_str(&s);
        }
        all
    }

    //= safe
    pub async fn put_back_before_it_waits(&self) {
        if let Some(s) = self.pop() {
            self.push(s);
        }
        pause().await;
    }

    //= caller
    pub async fn kept_in_the_caller(&self, into: &mut Vec<String>) {
        if let Some(s) = self.pop() {
            into.push(s);
        }
        pause().await;
    }

    //= lossy
    pub async fn kept_in_a_local_of_the_awaiter(&self) -> usize {
        let mut all = Vec::new();
        self.kept_in_the_caller(&mut all).await;
        pause().await;
        all.len()
    }

    //= lossy
    pub async fn value_handed_on_later(&self, value: String) {
        pause().await;
        self.push(value);
    }

    //= safe
    pub async fn value_handed_on_at_once(&self, value: String) {
        self.push(value);
        pause().await;
    }

    //= state
    pub async fn counted(&self) {
        *self.arrived.lock().unwrap() += 1;
        pause().await;
    }

    //= state
    pub async fn counted_by_what_it_awaits(&self) {
        self.counted().await
    }

    //= state
    pub async fn flag_between(&self) {
        self.busy.store(true, Ordering::SeqCst);
        pause().await;
        self.busy.store(false, Ordering::SeqCst);
    }

    //= inherits
    pub async fn runs<F: Future>(&self, f: F) -> F::Output {
        f.await
    }

    //= unknown
    pub async fn behind_a_pointer(&self, f: Pin<Box<dyn Future<Output = ()>>>) {
        f.await
    }
}

pub struct Waiter<'a> {
    of: &'a Shared,
    id: usize,
}

impl Future for Waiter<'_> {
    type Output = ();

    //= fairness
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.of.busy.load(Ordering::SeqCst) {
            return Poll::Ready(());
        }
        let id = self.id;
        self.of.waiters.lock().unwrap().push(id);
        Poll::Pending
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let id = self.id;
        self.of.waiters.lock().unwrap().retain(|w| *w != id);
    }
}

pub struct Pair<'a> {
    from: &'a mpsc::Receiver<String>,
    first: Option<String>,
}

impl Future for Pair<'_> {
    type Output = (String, String);

    //= lossy
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        while let Ok(s) = self.from.try_recv() {
            match self.first.take() {
                Some(first) => return Poll::Ready((first, s)),
                None => self.first = Some(s),
            }
        }
        Poll::Pending
    }
}

pub struct One<'a> {
    from: &'a mpsc::Receiver<String>,
}

impl Future for One<'_> {
    type Output = String;

    //= safe
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<String> {
        match self.from.try_recv() {
            Ok(s) => Poll::Ready(s),
            Err(_) => Poll::Pending,
        }
    }
}
