//! A queue of jobs, workers that do them with retries, and a report of the outcomes.

pub mod job;
pub mod pool;
pub mod queue;
pub mod report;
pub mod retry;
