use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub struct Queue<F> {
    jobs: VecDeque<F>,
    named: HashMap<String, F>,
    rest: Vec<Option<F>>,
}

impl<F: Future<Output = ()>> Queue<F> {
    pub fn add(&mut self, job: F) {
        self.jobs.push_back(job);
    }

    pub fn name(&mut self, name: String, job: F) {
        self.named.insert(name, job);
    }

    pub fn first(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(job) = self.jobs.front_mut() else { return Poll::Ready(()) };
        let out = unsafe { Pin::new_unchecked(job) }.poll(cx); //~ pin-growing-collection: and `push_back` moves its elements
        if out.is_ready() {
            self.jobs.truncate(0);
        }
        out
    }

    pub fn one(&mut self, name: &str, cx: &mut Context<'_>) -> Poll<()> {
        match self.named.get_mut(name) {
            Some(job) => unsafe { Pin::new_unchecked(job) }.poll(cx), //~ pin-growing-collection
            None => Poll::Ready(()),
        }
    }

    pub fn sweep(&mut self, cx: &mut Context<'_>) {
        for slot in &mut self.rest {
            if let Some(job) = slot {
                let done = unsafe { Pin::new_unchecked(job) }.poll(cx).is_ready(); //~ pin-growing-collection
                if done {
                    *slot = None;
                }
            }
        }
        self.rest.retain(|slot| slot.is_some());
    }
}

pub struct Indexed<F>(Vec<F>);

impl<F: Future<Output = ()>> Future for Indexed<F> {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = unsafe { self.get_unchecked_mut() };
        let mut i = 0;
        while i < this.0.len() {
            if unsafe { Pin::new_unchecked(&mut this.0[i]) }.poll(cx).is_ready() { //~ pin-growing-collection
                drop(this.0.swap_remove(i));
            } else {
                i += 1;
            }
        }
        if this.0.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }
}

pub fn keep<F: Future>(mut jobs: Vec<F>, cx: &mut Context<'_>) -> usize {
    jobs.retain_mut(|job| unsafe { Pin::new_unchecked(job) }.poll(cx).is_pending()); //~ pin-growing-collection
    jobs.len()
}

pub async fn in_turn(mut jobs: Vec<impl Future<Output = u32>>, more: impl Fn() -> Option<u32>) -> u32 {
    let mut sum = 0;
    std::future::poll_fn(|cx| {
        for job in jobs.iter_mut() {
            if let Poll::Ready(n) = unsafe { Pin::new_unchecked(job) }.poll(cx) { //~ pin-growing-collection
                sum += n;
            }
        }
        jobs.rotate_left(1);
        match more() {
            Some(_) => Poll::Pending,
            None => Poll::Ready(()),
        }
    })
    .await;
    sum
}
