//! Tasks that ended with a panic which nobody looked at: their handles were dropped, or never awaited.

use super::log::note;
use super::run::{with, Run};
use super::waits::raw;

#[derive(Default)]
pub(super) struct Fallen {
    tasks: Vec<u32>,
    /// Tasks whose handle was polled at least once.
    awaited: Vec<u32>,
}

impl Run {
    /// Tasks that fell unnoticed.
    pub(super) fn unnoticed(&self) -> bool {
        self.fallen.tasks.iter().any(|task| !self.fallen.awaited.contains(task))
    }

    pub(super) fn tell_fallen(&self) {
        for task in self.fallen.tasks.iter().filter(|task| !self.fallen.awaited.contains(task)) {
            note(format_args!("fell\t{task}"));
        }
    }
}

/// A task ended with a panic.
pub(crate) fn fell<I>(id: I) {
    with(|run| {
        let task = run.number(raw(&id));
        run.fallen.tasks.push(task);
    });
}

/// The end of a task is awaited.
pub(super) fn awaited(run: &mut Run, task: u32) {
    if !run.fallen.awaited.contains(&task) {
        run.fallen.awaited.push(task);
    }
}
