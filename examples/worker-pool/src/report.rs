//! What became of the jobs.

use crate::job::Outcome;
use std::fmt;
use std::sync::mpsc::Receiver;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub done: usize,
    pub words: usize,
    pub failed: Vec<u32>,
}

impl Report {
    fn add(&mut self, outcome: Outcome) {
        match outcome.result {
            Ok(words) => {
                self.done += 1;
                self.words += words;
            }
            Err(_) => self.failed.push(outcome.id),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} done, {} words, failed: {:?}", self.done, self.words, self.failed)
    }
}

/// Takes outcomes until the last worker has gone.
pub async fn collect(outcomes: Receiver<Outcome>) -> Report {
    let mut report = Report::default();
    loop {
        let received = outcomes.recv(); //~ blocking-in-async
        match received {
            Ok(outcome) => report.add(outcome),
            Err(_) => break,
        }
    }
    report.failed.sort_unstable();
    report
}
