//! Where does each task wait, once nothing can run? Every task is polled once more, one after the other, and a waker that
//! notices its clones sees the place.
//!
//! The verdict, the hash and the end of the run are settled before the first question, so that nothing that happens here can
//! change them. It may change the program: a task whose wake-up was lost goes on. It is told as such, and from then on nobody
//! but the task in question is polled. Of tasks that are asked later it is not known any more whether they could go on by
//! themselves, so they are said to wait where they were last seen.
//!
//! May miss: a lost wake-up whose task comes back to the same await, or that is asked after another one.

use super::run::{with, Run};
use std::collections::{BTreeMap, VecDeque};
use std::task::{Poll, Waker};

/// What is known while tasks are asked.
#[derive(Default)]
pub(super) struct Ask {
    /// Tasks are being asked.
    pub(super) on: bool,
    /// Those that were not asked yet, the test body being first: what it waits for is known as long as no task has gone on.
    queue: VecDeque<Option<Waker>>,
    numbers: VecDeque<u32>,
    /// The one that is asked, until it was polled.
    now: Option<u32>,
    /// Some task went on, or woke another one: what others do from now on tells nothing about the run.
    pub(super) moved: bool,
    /// The test body came to its end while it was asked.
    body_over: bool,
    /// Where each task was seen to wait in its last poll of the run; nothing of a poll that was not written down.
    last: BTreeMap<u32, Vec<String>>,
    /// The same of the last poll before in which it was seen to wait.
    before: BTreeMap<u32, Vec<String>>,
    /// Where it waits in the poll that is under way: a task, a place, and what for.
    found: Vec<(u32, String, String)>,
    /// Tasks that could go on, what is known of their last poll, and where they waited.
    pub(super) lost: Vec<(u32, &'static str, String)>,
}

/// So many tasks are asked one by one, the rest at once.
const SINGLY: usize = 300;

impl Run {
    /// Notes that the task waits here, in the run itself.
    pub(super) fn seen_waiting(&mut self, task: u32, chain: &str) {
        self.ask.last.entry(task).or_default().push(chain.to_string());
    }

    /// A poll of the run itself begins; `told`: it is written down.
    pub(super) fn forget_waits(&mut self, task: u32, told: bool) {
        if self.plan.report.is_none() || self.asking {
            return;
        }
        let last = if told { self.ask.last.insert(task, Vec::new()) } else { self.ask.last.remove(&task) };
        if let Some(last) = last.filter(|last| !last.is_empty()) {
            self.ask.before.insert(task, last);
        }
    }

    /// What is known of the last poll of a task that could go on.
    fn lost_at(&self, task: u32) -> (u32, &'static str, String) {
        let first = |places: Option<&Vec<String>>| places.and_then(|places| places.first()).cloned();
        match (first(self.ask.last.get(&task)), first(self.ask.before.get(&task))) {
            (Some(place), _) => (task, "here", place),
            (None, Some(place)) if self.ask.last.contains_key(&task) => (task, "earlier", place),
            _ if self.ask.last.contains_key(&task) => (task, "nowhere", String::new()),
            _ => (task, "unknown", String::new()),
        }
    }

    /// Notes where a task that is asked waits.
    pub(super) fn found_waiting(&mut self, task: u32, chain: String, reason: String) {
        if !self.ask.found.iter().any(|(t, c, _)| *t == task && *c == chain) {
            self.ask.found.push((task, chain, reason));
        }
    }

    /// Whether a task may be polled now.
    pub(super) fn may_be_asked(&mut self, task: u32) -> bool {
        if !self.ask.on {
            return true;
        }
        let asked = self.ask.now == Some(task);
        if asked {
            self.ask.now = None;
        }
        !(task == 0 && self.ask.body_over) && (asked || !self.ask.moved)
    }

    /// A poll of a task that is asked has ended. `moved`: others had gone on before it began.
    pub(super) fn answered(&mut self, task: u32, ended: bool, moved: bool) {
        let found = std::mem::take(&mut self.ask.found);
        let (own, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|(t, _, _)| *t == task);
        self.ask.found = others;
        let last = self.ask.last.get(&task);
        // A poll in the same state comes to the same places.
        let elsewhere = last.map_or(false, |last| !own.is_empty() && !own.iter().any(|(_, chain, _)| last.contains(chain)));
        let goes_on = ended || elsewhere;
        self.ask.moved |= goes_on;
        if goes_on && !moved {
            self.ask.lost.push(self.lost_at(task));
        } else if goes_on || own.is_empty() {
            let last = last.cloned().unwrap_or_default();
            self.add_waits(last.into_iter().map(|chain| (task, chain, "for\t\t0".to_string())).collect());
        } else {
            self.add_waits(own);
        }
    }

    /// Adds waits that are not known yet.
    fn add_waits(&mut self, waits: Vec<(u32, String, String)>) {
        for wait in waits {
            let lost = self.ask.lost.iter().any(|(task, _, _)| *task == wait.0);
            if !lost && !self.waits.iter().any(|(task, chain, _)| *task == wait.0 && *chain == wait.1) {
                self.waits.push(wait);
            }
        }
    }

    /// Settles how the run ended, whatever the questions bring about, and makes a list of those to ask.
    fn settle(&mut self) {
        if self.cancel.holds_panic() {
            self.body_ended(); // the panic goes on when all were asked, and ends the run
        } else {
            self.end("stuck");
        }
        self.asking = true;
        self.ask.on = true;
        self.ask.numbers = [0].into_iter().chain(self.wakers.keys().copied()).collect();
        self.ask.queue = [None].into_iter().chain(self.wakers.values().cloned().map(Some)).collect();
    }

    /// Those who are asked next: None when all were.
    fn next_asked(&mut self) -> Option<Vec<Option<Waker>>> {
        if self.plan.report.is_none() || (self.asking && !self.ask.on) {
            return None;
        }
        if !self.asking {
            self.settle();
        }
        let asked = self.ask.numbers.len();
        if asked == 0 {
            self.ask.on = false;
            return None;
        }
        let before = self.wakers.len() + 1 - asked;
        let n = if before < SINGLY { 1 } else { asked };
        self.ask.now = self.ask.numbers.front().copied().filter(|_| n == 1);
        self.ask.numbers.drain(..n);
        Some(self.ask.queue.drain(..n).collect())
    }
}

/// Has the next task polled; false when all were. It is called again when nothing can run.
pub(super) fn next(wake_body: &dyn Fn()) -> bool {
    let Some(Some(wakers)) = with(Run::next_asked) else { return false };
    for waker in wakers {
        match waker {
            Some(waker) => waker.wake(),
            None => wake_body(),
        }
    }
    true
}

/// Whether tasks are being asked: what they do is no part of the run.
pub(super) fn on() -> bool {
    with(|run| run.ask.on).unwrap_or(false)
}

/// Polls the test body, whose end must not end the run a second time.
pub(super) fn contain<T>(poll: impl FnOnce() -> Poll<T>) -> Poll<T> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(poll)) {
        Ok(Poll::Pending) => return Poll::Pending,
        over => std::mem::forget(over),
    }
    with(|run| run.ask.body_over = true);
    Poll::Pending
}
