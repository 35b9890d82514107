//! Workers. They share one thread and take turns at their awaits; the report is made beside them.

use crate::job::{Job, Outcome};
use crate::queue::Queue;
use crate::report::{self, Report};
use crate::retry;
use std::rc::Rc;
use std::sync::mpsc::{Sender, channel};
use tokio::task::{LocalSet, yield_now};

const ATTEMPTS: u32 = 3;

pub struct Pool {
    queue: Rc<Queue>,
    workers: usize,
}

impl Pool {
    pub fn new(workers: usize) -> Self {
        Pool { queue: Rc::default(), workers }
    }

    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Works until the queue is empty.
    pub async fn run_to_the_end(&self) -> Report {
        let (outcomes, received) = channel();
        let report = tokio::spawn(report::collect(received));
        let local = LocalSet::new();
        for _ in 0..self.workers {
            local.spawn_local(work(self.queue.clone(), outcomes.clone()));
        }
        drop(outcomes);
        local.await;
        report.await.unwrap_or_default()
    }
}

async fn work(queue: Rc<Queue>, outcomes: Sender<Outcome>) {
    while let Some(job) = queue.next().await {
        let outcome = perform(&job).await;
        if outcomes.send(outcome).is_err() {
            break;
        }
        yield_now().await;
    }
}

async fn perform(job: &Job) -> Outcome {
    let result = retry::with_back_off(ATTEMPTS, |attempt| job.index(attempt)); //~ blocking-in-async
    Outcome { id: job.id, result }
}
