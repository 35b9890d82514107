//! A program that runs for ever and gets nowhere: tasks wake themselves again and again, and nobody else.
//!
//! Progress is what could end that: a task ends or is spawned, a timer fires, somebody wakes somebody else. Without it for a while
//! a pending timer fires, since time passes for a program that spins, and the run says so: a program that yields very often and
//! comes to its end by itself is run again by a plan that lets it. After a while longer everything goes on as under plain
//! tokio, so that no task is starved by our choices; and at last the program is given up. The points at which this happens depend
//! on counts alone, so a script needs no words for it.
//!
//! A program that spins until a timer ends it comes to its end under every schedule, and keeps a whole core busy meanwhile. Where it
//! does not even yield by itself, and uses up tokio's budget in most of these polls, this is written down, and the schedule can be run
//! again with the timers held back.
//!
//! May report: a program that would come to its end by itself after more polls than that. Never while a blocking call runs, or
//! anything outside of the thread takes part.

use super::plan::Mode;
use super::run::{with, Run};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};

/// Blocking calls that run.
pub(crate) static BLOCKING: AtomicI64 = AtomicI64::new(0);

/// A schedule of this process was said to spin until a timer fired.
static TOLD: AtomicBool = AtomicBool::new(false);

/// Polls without progress until a timer fires, until nothing more is decided, and until the program is given up.
const STALLED: u64 = 1_000;
/// The first of these, and GREEDY, are so many times as large where the plan knows that the program comes to its end by itself.
const UNHURRIED: u64 = 50;
const PLAIN: u64 = 3_000;
const ENDLESS: u64 = 100_000;
/// The last two while the timers are held back: it is known then that the program spins.
const PLAIN_HELD: u64 = 100;
const BUSY: u64 = 400;
/// Polls after which it is known that a program spins when most of them used up tokio's budget: each of them is 128 uses.
const GREEDY: u64 = 200;

/// Exit status of a process in which tasks only woke themselves.
const LIVE_LOCK: i32 = 90;

impl Run {
    pub(super) fn progress(&mut self) {
        self.spun = 0;
        self.full = 0;
    }

    pub(super) fn stalled(&self) -> bool {
        !self.plan.patient && (self.spun >= self.slowly(STALLED) || self.spun >= self.slowly(GREEDY) && self.greedy())
    }

    fn slowly(&self, polls: u64) -> u64 {
        if self.plan.unhurried { polls * UNHURRIED } else { polls }
    }

    /// Whether most of the polls since anything got on ended because tokio's budget was used up.
    fn greedy(&self) -> bool {
        2 * self.full >= self.spun
    }

    /// A poll without progress.
    fn spins(&mut self) {
        self.spun += 1;
        self.full += u64::from(std::mem::take(&mut self.used_up));
        if self.spun == self.slowly(GREEDY) && self.clock.timers && self.greedy() && self.plan.mode != Mode::Canary {
            self.busy |= !TOLD.swap(true, SeqCst); // one such schedule of a process is enough
        }
    }

    /// Whether nothing is decided: everything is as under plain tokio.
    pub(super) fn quiet(&self) -> bool {
        self.asking || self.spun >= if self.plan.patient { PLAIN_HELD } else { PLAIN }
    }
}

/// After a poll.
pub(super) fn polled(ready: bool) {
    let spun = with(|run| {
        if ready || run.asking {
            run.progress();
        } else {
            run.spins();
        }
        (run.spun, if run.plan.patient { BUSY } else { ENDLESS })
    });
    if spun.map_or(false, |(spun, most)| spun > most) {
        give_up();
    }
}

fn give_up() {
    let polite = with(|run| run.plan.patient && !run.greedy()).unwrap_or(false);
    if polite || BLOCKING.load(SeqCst) > 0 || super::external() || with(|run| run.plan.virtual_time) != Some(true) {
        with(Run::progress);
        return;
    }
    with(|run| run.end("live-lock"));
    super::idle::leave(LIVE_LOCK);
}

/// Some task becomes ready to run. While another one is polled, that is who woke it.
pub(crate) fn wakes() {
    with(|run| {
        if run.current != 0 || run.in_root {
            run.progress();
            run.ask.moved |= run.ask.on;
        }
    });
}

/// The test body becomes ready to run.
pub(crate) fn wakes_body() {
    with(|run| {
        if run.current != 0 {
            run.progress();
        }
        run.ask.moved |= run.ask.on && (run.current != 0 || run.in_root);
    });
}
