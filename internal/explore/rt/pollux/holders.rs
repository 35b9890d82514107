//! Who holds the permits of tokio's semaphores, on which its mutexes and rwlocks rest. Kept only in a run that is reported.
//!
//! May miss: a permit given back by a task that never took one, while several are out, makes all holders of that semaphore
//! unknown. Slots of channels are not held by anyone.

use super::log::line;
use super::run::{with, Run};
use super::waits::{chain, trace};
use std::collections::BTreeMap;

#[derive(Default)]
pub(super) struct Holders {
    /// Semaphores are told apart by their order of appearance.
    numbers: BTreeMap<usize, u32>,
    held: Vec<Permit>,
    /// Requests that wait in a queue, by the address of their future.
    queued: BTreeMap<usize, Permit>,
    /// What is waited for in the end.
    wanted: Vec<Permit>,
}

struct Permit {
    semaphore: u32,
    task: u32,
    chain: String,
    /// Of a request: it was polled when everyone was asked where he waits.
    polled: bool,
}

impl Holders {
    pub(super) fn number(&mut self, address: usize) -> u32 {
        let next = self.numbers.len() as u32 + 1;
        *self.numbers.entry(address).or_insert(next)
    }

    /// Writes down the semaphores that someone waits for.
    pub(super) fn tell(&self) {
        let of_interest = |permit: &&Permit| self.wanted.iter().any(|wanted| wanted.semaphore == permit.semaphore);
        let tell = |word: &str, permit: &Permit| line(&format!("{word}\t{}\t{}\t{}", permit.task, permit.semaphore, permit.chain));
        self.wanted.iter().for_each(|permit| tell("want", permit));
        self.held.iter().filter(of_interest).for_each(|permit| tell("hold", permit));
        self.queued.values().filter(|permit| !permit.polled).filter(of_interest).for_each(|permit| tell("left", permit));
    }
}

fn kept() -> bool {
    with(|run| run.plan.report.is_some()).unwrap_or(false)
}

/// A request was polled: None while it must wait.
pub(crate) fn requested(semaphore: usize, future: usize, granted: Option<bool>) {
    if !kept() {
        return;
    }
    if granted == Some(true) {
        granted_to_current(semaphore);
    }
    let known = with(|run| {
        if granted.is_some() {
            run.holders.queued.remove(&future);
            return true;
        }
        let (asking, task) = (run.asking, run.current);
        let Some(request) = run.holders.queued.get_mut(&future) else { return false };
        request.task = task;
        if asking {
            request.polled = true;
            let wanted = Permit { semaphore: request.semaphore, task, chain: request.chain.clone(), polled: true };
            run.holders.wanted.push(wanted);
        }
        true
    });
    if known == Some(false) {
        let chain = chain(&trace()).join("\t");
        with(|run| {
            let permit = run.permit(semaphore, chain);
            run.holders.queued.insert(future, permit);
        });
    }
}

/// A permit was taken without waiting.
pub(crate) fn granted_to_current(semaphore: usize) {
    if !kept() || super::ask::on() {
        return;
    }
    let text = trace();
    if super::wakers::kind(&text) == "room" {
        return;
    }
    let chain = chain(&text).join("\t");
    with(|run| {
        let permit = run.permit(semaphore, chain);
        run.holders.held.push(permit);
    });
}

/// A permit was given back: by the task that took one last, or by one that got it from its only holder.
pub(crate) fn released(semaphore: usize) {
    if !kept() {
        return;
    }
    if super::wakers::dissecting() {
        return super::wakers::given("permit", semaphore, semaphore + 1);
    }
    if super::ask::on() {
        return; // of a task that goes on although the run is over
    }
    with(|run| {
        let (task, number) = (run.current, run.holders.number(semaphore));
        let held = &mut run.holders.held;
        if let Some(at) = held.iter().rposition(|permit| permit.semaphore == number && permit.task == task) {
            held.remove(at);
        } else {
            held.retain(|permit| permit.semaphore != number);
        }
    });
}

/// The future of a request was dropped.
pub(crate) fn request_dropped(future: usize) {
    with(|run| run.holders.queued.remove(&future));
}

impl Run {
    fn permit(&mut self, semaphore: usize, chain: String) -> Permit {
        Permit { semaphore: self.holders.number(semaphore), task: self.current, chain, polled: false }
    }
}
