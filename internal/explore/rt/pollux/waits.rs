//! Who is polled, and where in the user's code it waits.
//!
//! A future that returns Pending must clone the waker it was given. In a run that is to be reported, that waker takes a
//! backtrace when it is cloned: so every wait of any library is seen, without knowing the library.

use super::log::{field, line};
use super::run::with;
use std::backtrace::Backtrace;
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

/// At most so many spawns are traced back to their place.
const SPAWNS: u32 = 400;

/// A task was made.
pub(crate) fn spawned<T>(id: T) {
    let tell = with(|run| {
        let by = run.current;
        let task = run.number(raw(&id));
        run.spawns += 1;
        run.cancel.spawned(task);
        run.progress();
        (run.plan.report.is_some() && !run.asking && run.spawns <= SPAWNS).then_some((task, by))
    });
    if let Some(Some((task, by))) = tell {
        let place = frames().into_iter().next().unwrap_or_default();
        line(&format!("spawn\t{task}\t{by}\t{place}"));
    }
}

/// Polls a task.
pub(crate) fn poll_task<I, T>(id: I, waker: &Waker, f: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
    poll(with(|run| run.number(raw(&id))), waker, f)
}

/// Polls the test body. It keeps tokio's own budget unless the plan says otherwise.
pub(crate) fn poll_root<T>(waker: &Waker, f: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
    let _restore = rooted(true);
    super::cancel::guard(|| poll(Some(0), waker, f))
}

/// Runs a task of a LocalSet, which is polled from within the test body.
pub(crate) fn not_root<R>(f: impl FnOnce() -> R) -> R {
    super::cancel::inner();
    let _restore = rooted(false);
    super::run::nested(f)
}

fn rooted(now: bool) -> impl Drop {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            with(|run| run.in_root = self.0);
        }
    }
    Restore(with(|run| std::mem::replace(&mut run.in_root, now)).unwrap_or(false))
}

/// Task ids are a number inside; which one does not matter, only that it stays the same.
pub(super) fn raw<T>(id: &T) -> u64 {
    assert_eq!(std::mem::size_of::<T>(), 8);
    unsafe { std::mem::transmute_copy::<T, u64>(id) }
}

#[inline]
fn poll<T>(task: Option<u32>, waker: &Waker, f: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
    let Some(mut polled) = task.and_then(|task| Polled::begin(task, waker)) else {
        return f(&mut Context::from_waker(waker));
    };
    if polled.instead || polled.refused {
        return Poll::Pending;
    }
    let waker = polled.seen.as_ref().unwrap_or(waker);
    let _own = super::hands::owns(waker);
    let result = f(&mut Context::from_waker(waker));
    polled.ready = result.is_ready();
    result
}

/// A poll on its way.
struct Polled {
    task: u32,
    before: u32,
    telling: bool,
    asking: bool,
    ready: bool,
    /// The task is cancelled in place of this poll.
    instead: bool,
    /// It is asked where it waits, and was polled already.
    refused: bool,
    /// Others had gone on before it was asked.
    moved: bool,
    /// The waker, when its clones are to be noticed.
    seen: Option<Waker>,
}

impl Polled {
    fn begin(task: u32, waker: &Waker) -> Option<Polled> {
        let (before, telling, asking, sampled, instead, refused, moved) = with(|run| {
            if run.plan.report.is_some() && task != 0 && !run.asking {
                run.wakers.entry(task).or_insert_with(|| waker.clone());
            }
            let instead = !run.asking && run.cancelled_instead(task);
            let telling = !instead && (run.telling() || run.may_be_cancelled(task));
            run.forget_waits(task, telling);
            let refused = !run.may_be_asked(task);
            (run.enter(task), telling, run.asking, run.sampled, instead, refused, run.ask.moved)
        })?;
        if telling {
            line(&format!("poll\t{task}"));
        }
        let seen = (telling || asking || sampled || with(|run| run.marks_focus()) == Some(true)).then(|| seeing(task, waker));
        Some(Polled { task, before, telling, asking, ready: false, instead, refused, moved, seen })
    }
}

impl Drop for Polled {
    fn drop(&mut self) {
        let unwinding = std::thread::panicking();
        with(|run| {
            run.current = self.before;
            if self.asking && run.ask.on && !self.refused {
                run.answered(self.task, self.ready || unwinding, self.moved);
            }
            if self.asking || unwinding || self.instead {
                return;
            }
            run.note_poll(self.task, self.ready);
            if self.ready {
                run.wakers.remove(&self.task);
            } else {
                run.suspended(self.task);
            }
        });
        super::spin::polled(self.ready || unwinding);
        if self.telling && !unwinding {
            line(&format!("{}\t{}", if self.ready { "done" } else { "pending" }, self.task));
        }
    }
}

// ---- a waker that notices being cloned

struct Seeing {
    task: u32,
    inner: Waker,
}

static SEEING: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, forget);

fn seeing(task: u32, inner: &Waker) -> Waker {
    unsafe { Waker::from_raw(boxed(task, super::hands::clone(inner))) }
}

fn boxed(task: u32, inner: Waker) -> RawWaker {
    RawWaker::new(Box::into_raw(Box::new(Seeing { task, inner })) as *const (), &SEEING)
}

unsafe fn clone(data: *const ()) -> RawWaker {
    let seeing = unsafe { &*(data as *const Seeing) };
    note_wait(seeing.task);
    boxed(seeing.task, seeing.inner.clone())
}

unsafe fn wake(data: *const ()) {
    unsafe { Box::from_raw(data as *mut Seeing) }.inner.wake_by_ref();
}

unsafe fn wake_by_ref(data: *const ()) {
    unsafe { &*(data as *const Seeing) }.inner.wake_by_ref();
}

unsafe fn forget(data: *const ()) {
    drop(unsafe { Box::from_raw(data as *mut Seeing) });
}

/// Some future of the task keeps its waker. Only clones during a poll of that task are waits of it.
fn note_wait(task: u32) {
    let during = with(|run| run.current == task);
    if during != Some(true) {
        return;
    }
    if with(|run| run.sampled) == Some(true) {
        super::points::note_point();
        return;
    }
    if with(|run| run.marks_focus()) == Some(true) {
        let focus = super::focus::here();
        with(|run| run.cancel.waits_in_focus |= focus);
        return;
    }
    let text = trace();
    let preempted = text.contains("coop::");
    let chain = chain(&text).join("\t");
    let reason = if with(|run| run.asking) == Some(true) { super::wakers::reason(&text) } else { String::new() };
    let told = with(|run| {
        if run.asking {
            run.found_waiting(task, chain.clone(), reason.clone());
            return true;
        }
        run.seen_waiting(task, &chain);
        false
    });
    if told == Some(false) {
        line(&format!("{}\t{task}\t{chain}", if preempted { "yield" } else { "leaf" }));
    }
}

pub(super) fn trace() -> String {
    Backtrace::force_capture().to_string()
}

/// The places in the user's code that the present call came through, innermost first.
pub(super) fn frames() -> Vec<String> {
    chain(&trace())
}

/// Picks the user's frames out of a printed backtrace: `file:line:column function`. Below the first frame of the scheduler
/// lies whoever runs the task, not the task.
pub(super) fn chain(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut name = "";
    for line in text.lines().map(str::trim_start) {
        let Some(place) = line.strip_prefix("at ") else {
            name = function(line);
            let scheduler = name.trim_start_matches('<').starts_with("tokio::runtime::") || name.starts_with("tokio::task::local");
            if scheduler && !out.is_empty() {
                break;
            }
            continue;
        };
        if !foreign(place) {
            out.push(format!("{} {}", field(place.trim_start_matches("./")), field(name)));
        }
        if out.len() == 12 {
            break;
        }
    }
    out
}

/// Removes the number that stands before the first function of a frame.
fn function(line: &str) -> &str {
    match line.split_once(": ") {
        Some((number, name)) if number.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => line,
    }
}

/// Places of the compiler's own libraries, of packages from a registry, and of this copy.
pub(super) fn foreign(place: &str) -> bool {
    place.starts_with("/rustc/") || place.contains("/lib/rustlib/") || place.contains("/registry/src/") || place.contains("/pollux-src/")
}
