//! Futures that somebody polls by hand: with a waker that does not lead to the task, as `assert_pending!` and `now_or_never` do.
//! An interruption there would look like waiting, and nobody would come back to it, so none is tried.
//!
//! A combinator such as FuturesUnordered has wakers of its own, too, and these do lead to the task: it keeps the task's waker
//! for that. So a foreign waker is taken for one that leads nowhere as long as nobody has kept the waker of the task at all.
//!
//! May interrupt a poll by hand in a task that has waited for something before.

use super::run::{with, Run};
use std::cell::Cell;
use std::task::Waker;

/// What is known about the wakers of a run.
#[derive(Default)]
pub(super) struct Hands {
    /// The waker with which the present poll of a task began; it lives as long as that poll.
    own: Option<*const Waker>,
    /// The present use of a resource comes with a waker that leads nowhere.
    pub(super) by_hand: bool,
    /// Tasks whose waker was kept, by their number.
    kept: Vec<bool>,
}

impl Run {
    fn comes_with(&mut self, waker: &Waker) {
        let own = match self.hands.own {
            Some(own) => waker.will_wake(unsafe { &*own }),
            None => true,
        };
        self.hands.by_hand = !own && !self.hands.kept.get(self.current as usize).copied().unwrap_or(false);
    }

    fn keeps_waker(&mut self) {
        if self.current == 0 && !self.in_root {
            return; // the scheduler
        }
        let at = self.current as usize;
        if self.hands.kept.len() <= at {
            self.hands.kept.resize(at + 1, false);
        }
        self.hands.kept[at] = true;
    }
}

/// A resource is about to be used by a poll with this waker.
pub(crate) fn comes_with(waker: &Waker) {
    with(|run| run.comes_with(waker));
}

thread_local! {
    static OURS: Cell<bool> = const { Cell::new(false) };
}

/// The waker of a task is cloned.
pub(crate) fn keeps_waker() {
    if !OURS.with(Cell::get) {
        with(Run::keeps_waker);
    }
}

/// Clones a waker without a trace.
pub(super) fn clone(waker: &Waker) -> Waker {
    OURS.with(|ours| ours.set(true));
    let clone = waker.clone();
    OURS.with(|ours| ours.set(false));
    clone
}

/// A poll begins with this waker; the guard brings the one of the poll around it back.
pub(super) fn owns(waker: &Waker) -> impl Drop {
    struct Restore(Option<*const Waker>);
    impl Drop for Restore {
        fn drop(&mut self) {
            with(|run| run.hands.own = self.0);
        }
    }
    Restore(with(|run| run.hands.own.replace(waker)).flatten())
}
