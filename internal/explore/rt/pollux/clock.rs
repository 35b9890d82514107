//! Timers that fire although tasks can still run: on a machine that is arbitrarily slow, any deadline passes between two steps.
//! Timers still fire in the order of their deadlines, since time goes one way.

use super::choice::Source;
use super::plan::Phase;
use super::run::{with, Run};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

#[derive(Default)]
pub(super) struct Clock {
    /// Some timer is set.
    pub(super) timers: bool,
    /// The present look found a timer that is not due.
    pending: bool,
    /// Some timer was ever set.
    pub(super) seen: bool,
    /// The scheduler has nothing to run.
    idle: bool,
    /// Time goes on until a timer has fired.
    firing: bool,
    /// Timers fire, and whoever is woken is woken by one.
    pub(super) waking: bool,
    /// Some timer fired because tasks went on without progress.
    pub(super) forced: bool,
    /// Other threads were there when the scheduler last had nothing to run.
    pub(super) outside: bool,
}

/// A timer was set.
pub(crate) fn timer_set() {
    with(|run| (run.clock.timers, run.clock.seen) = (true, true));
}

/// A timer fired.
pub(crate) fn timer_fired() {
    with(|run| {
        run.clock.firing = false;
        run.clock.waking = true;
        run.progress();
    });
}

/// The scheduler looks at its timers between two rounds, and one is pending: does it fire now?
pub(crate) fn fires_early() -> bool {
    with(Run::fires_early).unwrap_or(false)
}

/// Whether time must go on until a timer has fired.
pub(crate) fn firing() -> bool {
    with(|run| run.clock.firing).unwrap_or(false)
}

/// The look is over; `all`: nothing else was looked at but whether timers are due.
pub(crate) fn looked(all: bool) {
    with(|run| {
        run.clock.firing = false;
        run.clock.waking = false;
        if all {
            run.clock.timers = std::mem::take(&mut run.clock.pending);
        }
    });
}

/// Nothing can run, as long as the guard lives.
pub(crate) fn parking() -> impl Drop {
    struct Parking;
    impl Drop for Parking {
        fn drop(&mut self) {
            with(|run| run.clock.idle = false);
        }
    }
    with(|run| run.clock.idle = true);
    Parking
}

/// Whether real time must pass, as far as is known without asking the system again.
pub(crate) fn follows_real_time() -> bool {
    super::idle::external_fast() || with(|run| run.clock.outside).unwrap_or(false)
}

static TOLD: AtomicBool = AtomicBool::new(false);

impl Clock {
    /// Says once in a process that the test sets timers.
    pub(super) fn tell(&self) {
        if self.seen && !TOLD.swap(true, Relaxed) {
            super::log::note(format_args!("timers"));
        }
    }
}

impl Run {
    fn fires_early(&mut self) -> bool {
        self.clock.pending = true;
        if self.clock.firing {
            return true;
        }
        if self.stalled() && !self.clock.idle && !self.clock.outside {
            self.clock.firing = true;
            self.clock.forced = true;
            return true;
        }
        if self.phase != Phase::Time || self.clock.idle || self.asking || self.clock.outside {
            return false;
        }
        self.clock.firing = match &mut self.source {
            Source::Dice(dice) => {
                let rare = 2 << (self.seed / 4 % 4);
                let early = dice.rng.below(rare) == 0;
                let key = self.place(b'f');
                self.decided(key, u32::from(early), 2) == 1
            }
            _ => self.choose(b'f', 2) == 1,
        };
        self.clock.firing
    }
}
