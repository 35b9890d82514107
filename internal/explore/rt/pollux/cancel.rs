//! Cancelling one task at one of its suspensions, and the sweep that does so at all of them.
//!
//! A cancellation is what `abort` does to a task that has just returned Pending, or to one that was woken since and waits for
//! its next poll: by then a permit, a message or a connection may have been handed to it. Suspension 0 of a task is before its
//! first poll: what happens then, happens without the task having done anything, and so tells what others need it for from what
//! it left behind.
//!
//! A test that looks at the result of the task that was cancelled panics, rightly, and everything that is wrong besides would
//! be hidden. So the panic of the body is held back until nothing can run any more; then it goes on.

use super::choice::{Source, Walk};
use super::log::{self, line, note};
use super::plan::{Mode, Plan, Strategy};
use super::run::{begin, finish, with, Run};
use std::any::Any;
use std::collections::BTreeSet;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::task::Poll;

/// A task and the number of its suspension, the first being 1; 0 is before the first poll.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    pub(super) task: u32,
    pub(super) nth: u32,
    /// Not where it suspends, but in place of the next poll.
    pub(super) woken: bool,
}

/// What a schedule knows of cancellations.
#[derive(Default)]
pub(super) struct Cancel {
    at: Option<Point>,
    /// The task that was just polled is to be cancelled.
    now: bool,
    /// How many tasks there were when the task was cancelled.
    done: Option<u32>,
    /// How often each task has suspended, by its number.
    suspensions: Vec<u32>,
    /// Tasks that somebody else, or a timer, has woken since their last poll, by their number.
    touched: Vec<bool>,
    /// Suspensions that ended so: there a cancellation in place of the next poll is another one.
    handed: Vec<(u32, u32)>,
    /// The present poll of a task waits in a place that is in focus.
    pub(super) waits_in_focus: bool,
    /// Suspensions in focus.
    focused: Vec<(u32, u32)>,
    /// Tasks that have not ended.
    alive: BTreeSet<u32>,
    /// Those alive when the body ended or panicked.
    left: Option<BTreeSet<u32>>,
    /// The panic of the body, held back; None once it went on.
    panic: Option<Box<dyn Any + Send>>,
    held_back: bool,
    /// How many timers had fired by then.
    timers_then: u64,
    /// Some task is polled from within the body: it ends with the body.
    inner: bool,
    /// Polls and timers after which a schedule of the sweep is given up.
    bound: Option<u64>,
}

/// Exit status of a sweep whose schedule was given up: tasks run on and on.
const SPINNING: i32 = 89;
/// About how many polls the cancellations of one seed may take together.
const POLLS: u64 = 400_000;
/// So many polls a sweep takes before it goes on with seeds that need not be.
const SPARE_POLLS: u64 = 40_000;
/// Timers that may fire after the panic of the body.
const TIMERS: u64 = 500;

/// A schedule that can go no further: not a panic, no hook is called.
struct Over;

impl Cancel {
    pub(super) fn new(plan: &Plan) -> Self {
        Cancel { at: plan.cancel, ..Self::default() }
    }

    /// Says which task to cancel.
    pub(super) fn cancels(&mut self, at: Option<Point>) {
        self.at = at;
    }

    /// How often a task has suspended.
    pub(super) fn suspensions(&self, task: u32) -> u32 {
        self.suspensions.get(task as usize).copied().unwrap_or(0)
    }

    /// A decision that was not taken belongs to another run.
    pub(super) fn missed(&self) -> bool {
        self.at.is_some() && self.done.is_none()
    }

    pub(super) fn holds_panic(&self) -> bool {
        self.panic.is_some()
    }

    fn entry(&mut self, task: u32) -> &mut u32 {
        let at = task as usize;
        if self.suspensions.len() <= at {
            self.suspensions.resize(at + 1, 0);
        }
        &mut self.suspensions[at]
    }

    pub(super) fn spawned(&mut self, task: u32) {
        self.entry(task);
        self.alive.insert(task);
    }
}

impl Run {
    /// Before a poll: whether the task is cancelled in its place.
    pub(super) fn cancelled_instead(&mut self, task: u32) -> bool {
        let Some(at) = self.cancel.at else { return false };
        let here = at.woken || at.nth == 0;
        here && task != 0 && at.task == task && self.cancel.done.is_none() && *self.cancel.entry(task) == at.nth && self.cancel_here(at)
    }

    /// Before a poll: whether it may be the last one of the task that is to be cancelled.
    pub(super) fn may_be_cancelled(&mut self, task: u32) -> bool {
        match self.cancel.at {
            Some(at) => self.plan.report.is_some() && !self.asking && at.task == task && self.cancel.done.is_none() && *self.cancel.entry(task) + 1 == at.nth,
            None => false,
        }
    }

    /// A poll begins: whether anybody but the task itself has woken it since the last one.
    pub(super) fn take_touched(&mut self, task: u32) -> bool {
        let touched = self.cancel.touched.get_mut(task as usize).map_or(false, std::mem::take);
        if touched && self.plan.counting && task != 0 {
            let nth = *self.cancel.entry(task);
            if nth > 0 {
                self.cancel.handed.push((task, nth));
            }
        }
        touched
    }

    /// A waker of the task is used.
    fn touch(&mut self, task: u32) {
        let scheduler = self.current == 0 && !self.in_root && !self.clock.waking;
        if self.asking || scheduler || self.current == task && !self.in_root {
            return; // a task that yields is woken by itself, or by the scheduler later on
        }
        let at = task as usize;
        if self.cancel.touched.len() <= at {
            self.cancel.touched.resize(at + 1, false);
        }
        self.cancel.touched[at] = true;
    }

    /// After a poll that returned Pending.
    pub(super) fn suspended(&mut self, task: u32) {
        let focus = std::mem::take(&mut self.cancel.waits_in_focus);
        let count = self.cancel.entry(task);
        *count += 1;
        let point = Point { task, nth: *count, woken: false };
        if focus && task != 0 {
            self.cancel.focused.push((task, point.nth));
        }
        if task != 0 && self.cancel.at == Some(point) && self.cancel.done.is_none() {
            self.cancel_here(point);
        }
        self.give_up();
    }

    fn cancel_here(&mut self, at: Point) -> bool {
        let tasks = self.tasks();
        self.cancel.now = true;
        self.cancel.done = Some(tasks);
        self.took_cancel(at);
        line(&format!("cancel\t{}\t{}\t{tasks}\t{}", at.task, at.nth, u32::from(at.woken)));
        true
    }

    /// Ends the process when a schedule of the sweep goes on far longer than it does without a cancellation.
    fn give_up(&mut self) {
        let Some(bound) = self.cancel.bound else { return };
        if self.polls > bound || self.advances > bound {
            self.end("spinning");
            super::idle::leave(SPINNING);
        }
    }

    /// Whether suspensions are looked up: for those in focus, in the schedule on which cancellations rest.
    pub(super) fn marks_focus(&self) -> bool {
        self.plan.counting && self.plan.report.is_none() && self.cancel.at.is_none() && !self.asking && super::focus::any()
    }

    /// What is left of the test when its body ended.
    pub(super) fn body_ended(&mut self) {
        if self.cancel.left.is_none() {
            self.cancel.left = Some(self.cancel.alive.clone());
        }
    }

    /// Writes down what a judge needs: how often each task suspended, and which tasks were left.
    pub(super) fn tell_cancel(&self) {
        if !self.plan.counting && self.cancel.at.is_none() {
            return;
        }
        if self.cancel.at.is_none() {
            note(format_args!("suspended\t{}", words(self.cancel.suspensions.iter().skip(1))));
            note(format_args!("focused\t{}", words(self.cancel.focused.iter().flat_map(|(task, nth)| [task, nth]))));
            note(format_args!("handed\t{}", words(self.cancel.handed.iter().flat_map(|(task, nth)| [task, nth]))));
        }
        if let Some(left) = &self.cancel.left {
            note(format_args!("unfinished\t{}", words(left.iter())));
        }
    }
}

fn words<'a>(numbers: impl Iterator<Item = &'a u32>) -> String {
    numbers.map(u32::to_string).collect::<Vec<_>>().join(" ")
}

// ---- the questions of the runtime

/// Whether the task that was just polled is to be cancelled now.
pub(crate) fn cancels() -> bool {
    with(|run| std::mem::take(&mut run.cancel.now)).unwrap_or(false)
}

/// A waker of a task is used, whether or not the task was to run anyway.
pub(crate) fn woken<I>(id: I) {
    with(|run| {
        let task = run.number(super::waits::raw(&id));
        run.touch(task);
    });
}

/// A task has ended in whatever way.
pub(crate) fn ended<I>(id: I) {
    with(|run| {
        let task = run.number(super::waits::raw(&id));
        run.cancel.alive.remove(&task);
    });
}

/// A task is cancelled: what its future's destructors do is done by that task.
pub(crate) fn dropping<I>(id: I) -> impl Drop {
    struct Restore(Option<u32>);
    impl Drop for Restore {
        fn drop(&mut self) {
            let before = self.0;
            with(|run| run.current = before.unwrap_or(0));
        }
    }
    Restore(with(|run| {
        let task = run.number(super::waits::raw(&id));
        std::mem::replace(&mut run.current, task)
    }))
}

/// A task is polled from within the test body.
pub(super) fn inner() {
    with(|run| run.cancel.inner = true);
}

/// Polls the test body. After a cancellation its panic is held back until nothing can run any more.
pub(super) fn guard<T>(poll: impl FnOnce() -> Poll<T>) -> Poll<T> {
    let (watched, gone) = with(|run| {
        let hold = run.cancel.done.is_some() && !run.cancel.inner && !super::external_fast();
        (hold, run.cancel.held_back)
    })
    .unwrap_or((false, false));
    if gone {
        return Poll::Pending;
    }
    if super::ask::on() {
        return super::ask::contain(poll);
    }
    let result = if watched { catch_unwind(AssertUnwindSafe(poll)) } else { Ok(poll()) };
    match result {
        Ok(poll) => {
            if poll.is_ready() {
                with(|run| run.body_ended());
            }
            poll
        }
        Err(payload) => {
            with(|run| {
                run.cancel.panic = Some(payload);
                run.cancel.held_back = true;
                run.cancel.timers_then = run.advances;
                run.cancel.bound.get_or_insert(run.polls + 100_000);
            });
            Poll::Pending
        }
    }
}

/// Nothing can run, and it is not known yet whether a timer is left: lets the panic of the body go on when it was held back
/// long enough.
pub(crate) fn idle() {
    let tired = with(|run| run.cancel.held_back && (run.external || run.advances > run.cancel.timers_then + TIMERS)).unwrap_or(false);
    if tired {
        go_on(false);
    }
}

/// Nothing can ever run again: lets the panic of the body go on if there is one.
pub(super) fn go_on(known: bool) {
    let payload = with(|run| {
        if run.cancel.panic.is_some() {
            run.asking = true; // nothing is decided any more
            if known {
                run.body_ended();
            }
        }
        run.cancel.panic.take()
    });
    if let Some(Some(payload)) = payload {
        resume_unwind(payload);
    }
}

/// Ends a schedule of a sweep without ending the process.
pub(super) fn leave() {
    if with(|run| run.plan.mode == Mode::Sweep && run.plan.report.is_none()) == Some(true) {
        resume_unwind(Box::new(Over));
    }
}

// ---- the sweep

/// Runs the body without a cancellation and then once for each suspension of each task, for each seed of the plan, and ends
/// the process. Beyond the least that was asked for a seed is left out when its order of polls was there before, and no further
/// one is begun when the polls of those before were many.
pub(super) fn sweep(plan: &'static Plan, body: &dyn Fn() -> bool) -> ! {
    line("batch");
    log::PATIENT.store(true, std::sync::atomic::Ordering::Relaxed);
    let begun = std::time::Instant::now();
    let (mut begin_at, mut orders, mut polls) = (plan.after, Vec::new(), 0);
    for seed in plan.seed..plan.seed + plan.count {
        // What is in focus is tried under more schedules.
        let only_focus = polls > SPARE_POLLS && seed >= plan.seed + plan.least;
        if only_focus && (!super::focus::any() || polls > 8 * SPARE_POLLS) {
            break;
        }
        let base = one(plan, seed, None, None, body);
        let Some(base) = base else { begin_at = None; continue };
        if orders.contains(&base.order) {
            begin_at = None;
            continue;
        }
        orders.push(base.order);
        let bound = 20 * (base.polls + base.advances) + 5000;
        let most = plan.most.min((POLLS / base.polls.max(1)).max(40) as u32);
        for point in points(&base, most, only_focus) {
            if plan.time.map_or(false, |time| begun.elapsed() > time) {
                super::idle::leave(0);
            }
            if begin_at.map_or(true, |last| point > last) {
                one(plan, seed, Some(point), Some(bound), body);
                polls += base.polls;
            }
        }
        begin_at = None;
    }
    super::idle::leave(0)
}

struct Base {
    suspensions: Vec<u32>,
    handed: Vec<(u32, u32)>,
    focused: Vec<(u32, u32)>,
    polls: u64,
    advances: u64,
    order: u64,
}

/// Runs the body once. None when it is no base for cancellations: it failed, or something outside took part.
fn one(plan: &'static Plan, seed: u64, at: Option<Point>, bound: Option<u64>, body: &dyn Fn() -> bool) -> Option<Base> {
    log::begin(seed);
    let source = if plan.plain == Some(seed) { Source::Walk(Walk::default()) } else { Source::drawn(Strategy::Dice, seed, plan.depth) };
    begin(plan, seed, source, None);
    with(|run| {
        run.cancel.at = at;
        run.cancel.bound = bound;
    });
    let result = catch_unwind(AssertUnwindSafe(body));
    let base = with(|run| {
        let sound = matches!(result, Ok(true)) && !run.external;
        sound.then(|| Base { suspensions: run.cancel.suspensions.clone(), handed: run.cancel.handed.clone(), focused: run.cancel.focused.clone(), polls: run.polls, advances: run.advances, order: run.order })
    });
    finish(match result {
        Ok(true) => "ok",
        Ok(false) => "error",
        Err(_) => "panic",
    });
    base.flatten()
}

/// At most `most` suspensions of the tasks, evenly spread when there are more, and the beginning of each task. Where somebody
/// else ended the suspension there are two ways to cancel.
fn points(base: &Base, most: u32, only_focus: bool) -> Vec<Point> {
    let all: u32 = base.suspensions.iter().skip(1).sum::<u32>() + base.handed.len() as u32;
    let step = f64::from(all.max(most)) / f64::from(most.max(1));
    let (mut out, mut passed, mut next) = (Vec::new(), 0.0, 0.0);
    for (task, &count) in base.suspensions.iter().enumerate().skip(1) {
        let task = task as u32;
        out.push(Point { task, nth: 0, woken: false });
        for nth in 1..=count {
            let (woken, focus) = (base.handed.contains(&(task, nth)), base.focused.contains(&(task, nth)));
            if focus || passed >= next && !only_focus {
                out.push(Point { task, nth, woken: false });
                if woken {
                    out.push(Point { task, nth, woken }); // beside the other, with which it is compared
                }
                next += step;
            }
            passed += 1.0 + f64::from(u8::from(woken));
        }
    }
    out
}
