//! Who should have woken a task that waits for ever: what it waits for, and who has the other end of it. Kept only in a run that
//! is reported.
//!
//! Who has the other end is found out when all is over: the tasks are dropped one by one, then the test body, and what each gives
//! up on the way is written down. So a sender that was moved ten times is found where it is. An end that is shared is given up by
//! the last one that has it, who is then named alone.

use super::log::line;
use super::run::with;
use super::waits::{chain, raw, trace};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Set in a run that is reported.
pub(super) static REPORTED: AtomicBool = AtomicBool::new(false);
/// The tasks are being dropped.
static DISSECTING: AtomicBool = AtomicBool::new(false);

/// So long may destructors take when all is over.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Wakers {
    /// What the future that is polled now waits for: its kind, and where that is.
    leaf: Option<(&'static str, usize)>,
    /// The last notification of each Notify.
    calls: BTreeMap<usize, (u32, &'static str, String)>,
    /// Tasks at barriers, and how many had arrived when they came.
    arrived: BTreeMap<u32, (usize, usize, usize)>,
    /// Places of what is waited for in the end, with their numbers.
    pub(super) waited: Vec<(usize, u32)>,
    /// The schedule runs below the test attribute, which catches its end.
    pub(super) attribute: bool,
}

/// A place of the user's from which the test came to its end: it is no panic.
pub(super) struct Over;

fn reported() -> bool {
    REPORTED.load(Relaxed)
}

/// A future is polled that waits for `what`.
pub(crate) fn waits_on<T>(kind: &'static str, what: &T) {
    if reported() {
        with(|run| run.ends.leaf = Some((kind, what as *const T as usize)));
    }
}

/// The end of a task is awaited.
pub(crate) fn joins<I>(id: I) {
    with(|run| {
        let task = run.number(raw(&id));
        super::fallen::awaited(run, task);
        run.ends.leaf = Some(("join", task as usize));
    });
}

/// The present task comes to a barrier.
pub(crate) fn arrives(barrier: usize, arrived: usize, of: usize) {
    if reported() && !super::ask::on() {
        with(|run| run.ends.arrived.insert(run.current, (barrier, arrived, of)));
    }
}

/// The program cancels a task.
pub(crate) fn aborts<I>(id: I) {
    if reported() && !dissecting() && !super::ask::on() {
        let chain = chain(&trace()).join("\t");
        with(|run| {
            let task = run.number(raw(&id));
            line(&format!("abort\t{task}\t{}\t{chain}", run.current));
        });
    }
}

/// A Notify is notified.
pub(crate) fn notifies(notify: usize, call: &'static str) {
    if reported() && !dissecting() && !super::ask::on() {
        let chain = chain(&trace()).join("\t");
        with(|run| run.ends.calls.insert(notify, (run.current, call, chain)));
    }
}

/// Whether all is over, and the tasks are dropped to see what they have.
pub(crate) fn dissecting() -> bool {
    DISSECTING.load(Relaxed)
}

/// One end of `shared` is dropped.
pub(crate) fn gives<T: ?Sized>(what: &'static str, shared: &T) {
    if dissecting() {
        let from = shared as *const T as *const () as usize;
        given(what, from, from + std::mem::size_of_val(shared).max(1));
    }
}

/// Something between two addresses is given up.
pub(super) fn given(what: &'static str, from: usize, to: usize) {
    with(|run| {
        let task = run.current;
        let waited = std::mem::take(&mut run.ends.waited);
        for (_, number) in waited.iter().filter(|(at, _)| (from..to).contains(at)) {
            line(&format!("gave\t{task}\t{what}\t{number}"));
        }
        run.ends.waited = waited;
    });
}

/// What the wait with this backtrace is for, as a line of the record.
pub(super) fn reason(text: &str) -> String {
    let kind = kind(text);
    with(|run| {
        let leaf = run.ends.leaf.take();
        match (kind.as_str(), leaf) {
            ("join", Some(("join", task))) => format!("for\tjoin\t{task}"),
            ("barrier", _) => {
                let Some(&(at, _, of)) = run.ends.arrived.get(&run.current) else { return "for\tbarrier\t0".to_string() };
                let here = run.ends.arrived.values().filter(|(barrier, _, _)| *barrier == at).map(|(_, n, _)| *n).max().unwrap_or(0);
                format!("for\tbarrier\t0\t{here} of {of}")
            }
            (_, Some((of, at))) if of == kind || of == "permit" || of == "notify" && kind == "watch" => {
                let number = run.holders.number(at);
                run.ends.waited.push((at, number));
                match run.ends.calls.get(&at) {
                    Some((task, call, chain)) if kind == "notify" => format!("for\t{kind}\t{number}\t{call}\t{task}\t{chain}"),
                    _ => format!("for\t{kind}\t{number}"),
                }
            }
            _ => format!("for\t{kind}\t0"),
        }
    })
    .unwrap_or_default()
}

/// What the outermost part of tokio in a backtrace is, above the user's code.
pub(super) fn kind(text: &str) -> String {
    let (mut kind, mut permits) = (String::new(), false);
    for place in text.lines().filter_map(|line| line.trim_start().strip_prefix("at ")) {
        let Some((_, inside)) = place.split_once("/pollux-src/tokio-").and_then(|(_, rest)| rest.split_once("/src/")) else {
            if super::waits::foreign(place) {
                continue;
            }
            break;
        };
        let file = inside.split(':').next().unwrap_or_default().trim_end_matches(".rs");
        if let Some(what) = file.strip_prefix("sync/") {
            let what = what.split('/').next().unwrap_or_default();
            permits |= what == "batch_semaphore";
            kind = if what == "mpsc" && permits { "room".to_string() } else { what.to_string() };
        } else if file == "runtime/task/join" {
            kind = "join".to_string();
        } else if file.starts_with("time/") {
            kind = "timer".to_string();
        }
    }
    kind
}

/// Drops the tasks and then the test body, and ends the process.
pub(super) fn dissect(drop_tasks: &dyn Fn()) {
    if !reported() {
        return;
    }
    super::log::flush();
    DISSECTING.store(true, Relaxed);
    let _ = std::thread::Builder::new().spawn(|| {
        std::thread::sleep(PATIENCE);
        super::idle::leave(super::idle::STUCK);
    });
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(drop_tasks));
    if with(|run| std::mem::take(&mut run.ends.attribute)) == Some(true) {
        with(|run| run.current = 0);
        std::panic::resume_unwind(Box::new(Over));
    }
}
