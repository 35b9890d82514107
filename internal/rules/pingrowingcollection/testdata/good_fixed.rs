use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The collection never changes.
pub struct All<F> {
    jobs: Box<[F]>,
    slots: [F; 2],
    later: Vec<F>,
}

impl<F: Future<Output = ()>> Future for All<F> {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = unsafe { self.get_unchecked_mut() };
        let mut ready = true;
        for job in this.jobs.iter_mut().chain(this.slots.iter_mut()) {
            ready &= unsafe { Pin::new_unchecked(job) }.poll(cx).is_ready();
        }
        if ready { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl<F> All<F> {
    pub fn later(&mut self, job: F) {
        self.later.push(job);
    }
}

/// The elements are boxed.
pub struct Boxed<F> {
    jobs: Vec<Pin<Box<F>>>,
    plain: Vec<Box<F>>,
}

impl<F: Future<Output = ()>> Boxed<F> {
    pub fn add(&mut self, job: F, other: F) {
        self.jobs.push(Box::pin(job));
        self.plain.push(Box::new(other));
    }

    pub fn poll_all(&mut self, cx: &mut Context<'_>) {
        self.jobs.retain_mut(|job| job.as_mut().poll(cx).is_pending());
        for job in self.plain.iter_mut() {
            let _ = unsafe { Pin::new_unchecked(&mut **job) }.poll(cx);
        }
    }
}

/// The elements are Unpin.
pub struct Plain<F: Future + Unpin> {
    jobs: Vec<F>,
}

impl<F: Future + Unpin> Plain<F> {
    pub fn add(&mut self, job: F) {
        self.jobs.push(job);
    }

    pub fn poll_all(&mut self, cx: &mut Context<'_>) {
        for job in self.jobs.iter_mut() {
            let _ = unsafe { Pin::new_unchecked(job) }.poll(cx);
        }
    }
}

/// It grows only before the first poll, and is dropped in place.
pub struct Batch<F> {
    jobs: Vec<F>,
    _pin: std::marker::PhantomPinned,
}

impl<F: Future> Batch<F> {
    pub fn add(&mut self, job: F) {
        self.jobs.push(job);
    }

    pub fn poll_all(self: Pin<&mut Self>, cx: &mut Context<'_>) {
        let this = unsafe { self.get_unchecked_mut() };
        for job in this.jobs.iter_mut() {
            let _ = unsafe { Pin::new_unchecked(job) }.poll(cx);
        }
        this.jobs.clear();
    }
}
