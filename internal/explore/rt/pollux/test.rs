//! What the test attribute calls in place of the test: the body once, or many times in one process.

use super::choice::{Source, Walk};
use super::log;
use super::plan::{plan, Mode, Plan, Strategy};
use super::work::work;
use super::run::{begin, begin_one, finish, Run};
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::process::Termination;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

/// Runs the body of a test as the process was told to.
pub fn test<T: Termination>(body: impl Fn() -> T) -> T {
    let Some(plan) = plan() else { return body() };
    match plan.mode {
        Mode::One => {
            begin_one(plan);
            super::run::with(|run| run.ends.attribute = true);
            let result = catch_unwind(AssertUnwindSafe(&body));
            if super::wakers::dissecting() {
                log::line("dissected");
                super::idle::leave(super::idle::STUCK);
            }
            finish(if result.is_ok() { "ok" } else { "panic" });
            result.unwrap_or_else(|payload| resume_unwind(payload))
        }
        Mode::Batch => batch(plan, &body),
        Mode::Sweep => super::cancel::sweep(plan, &|| body().report() == std::process::ExitCode::SUCCESS),
        #[cfg(feature = "rt")]
        Mode::Canary => super::canary::sing(),
        #[cfg(not(feature = "rt"))]
        Mode::Canary => std::process::exit(0),
    }
}

/// Runs schedule after schedule and ends the process.
fn batch<T: Termination>(plan: &'static Plan, body: &impl Fn() -> T) -> ! {
    log::line("batch");
    log::PATIENT.store(!plan.careful, Relaxed);
    let begun = Instant::now();
    let mut walk = (plan.strategy == Strategy::All).then(|| plan.walk());
    let mut room: Option<Box<Run>> = None;
    let (mut polls, mut outside) = (0, false);
    let count = if plan.trials.is_empty() { plan.count } else { plan.trials.len() as u64 };
    for seed in plan.seed..plan.seed + count {
        if walk.as_ref().map_or(false, Walk::ended) {
            break;
        }
        let source = match walk.take() {
            _ if plan.script.is_some() => Source::script(plan),
            _ if !plan.trials.is_empty() => plan.trials[(seed - plan.seed) as usize].source(),
            Some(walk) => Source::Walk(walk),
            None => Source::drawn(plan.strategy, seed, plan.depth),
        };
        log::begin(seed);
        begin(plan, seed, source, room.take());
        if let Some(attempt) = plan.trials.get((seed - plan.seed) as usize) {
            super::run::with(|run| run.cancel.cancels(attempt.cancel));
        }
        let result = catch_unwind(AssertUnwindSafe(|| body().report()));
        room = finish(match result {
            Ok(status) if status == std::process::ExitCode::SUCCESS => "ok",
            Ok(_) => "error",
            Err(_) => "panic",
        });
        if !plan.io {
            super::idle::spare_io();
        }
        if let Some(run) = room.as_mut() {
            walk = next(run);
            polls += run.polls;
            outside |= run.external;
        }
        let large = plan.polls.map_or(false, |most| polls >= most) || plan.spare.map_or(false, |spare| outside || work() > spare);
        if large && seed - plan.seed + 1 >= plan.least {
            log::note(format_args!("batch\tenough"));
            break;
        }
        if plan.time.map_or(false, |time| begun.elapsed() > time) {
            break;
        }
    }
    super::points::tell();
    if let Some(run) = room {
        run.tell_last();
    }
    if let Some(walk) = walk {
        log::note(format_args!("walk\t{}", walk.text()));
    }
    log::line("batch\tend");
    std::process::exit(0)
}

/// Takes the walk out of a schedule that ended and goes on to its next one.
fn next(run: &mut Run) -> Option<Walk> {
    match &mut run.source {
        Source::Walk(walk) => {
            walk.advance();
            Some(std::mem::take(walk))
        }
        _ => None,
    }
}
