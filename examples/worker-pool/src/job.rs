//! A job: a text to index. Indexing fails now and then and succeeds when tried again.

use tokio::time::{Duration, Instant};

#[derive(Debug, Clone)]
pub struct Job {
    pub id: u32,
    pub text: String,
    /// Not to be started earlier.
    pub due: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobError {
    /// Trying again may help.
    Busy,
    Empty,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub id: u32,
    pub result: Result<usize, JobError>,
}

impl Job {
    pub fn new(id: u32, text: String) -> Self {
        Job { id, text, due: Instant::now() }
    }

    pub fn delayed(mut self, delay: Duration) -> Self {
        self.due += delay;
        self
    }

    pub fn is_due(&self) -> bool {
        self.due <= Instant::now()
    }

    /// One attempt. Every fifth job is refused once.
    pub fn index(&self, attempt: u32) -> Result<usize, JobError> {
        if self.text.is_empty() {
            return Err(JobError::Empty);
        }
        if attempt == 0 && self.id % 5 == 4 {
            return Err(JobError::Busy);
        }
        Ok(self.text.split_whitespace().count())
    }
}
