use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub struct Jobs<F> {
    jobs: Vec<Pin<Box<F>>>,
}

impl<F: Future<Output = ()>> Jobs<F> {
    pub fn add(&mut self, job: F) {
        self.jobs.push(Box::pin(job));
    }

    pub fn poll_all(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        for job in self.jobs.iter_mut() {
            if job.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }
}
