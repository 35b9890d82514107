use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub struct Jobs<F> {
    jobs: Vec<F>,
}

impl<F: Future<Output = ()>> Jobs<F> {
    pub fn add(&mut self, job: F) {
        self.jobs.push(job);
    }

    pub fn poll_all(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        for job in self.jobs.iter_mut() {
            if unsafe { Pin::new_unchecked(job) }.poll(cx).is_pending() { //~ pin-growing-collection: pinned in place inside of a collection
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }
}
