//! Jobs in order of arrival.

use crate::job::Job;
use std::collections::VecDeque;
use std::sync::Mutex;
use tokio::time::sleep_until;

#[derive(Default)]
pub struct Queue {
    jobs: Mutex<VecDeque<Job>>,
}

impl Queue {
    pub fn push(&self, job: Job) {
        self.jobs.lock().unwrap().push_back(job);
    }

    pub fn len(&self) -> usize {
        self.jobs.lock().unwrap().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The next job, once it is due; `None` when the queue is empty.
    pub async fn next(&self) -> Option<Job> {
        let next = self.jobs.lock().unwrap().pop_front();
        match next {
            Some(job) if job.is_due() => Some(job),
            Some(job) => {
                sleep_until(job.due).await;
                Some(job)
            }
            None => None,
        }
    }
}
