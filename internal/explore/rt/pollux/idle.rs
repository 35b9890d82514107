//! When nothing can run: is something outside still able to wake us, and if not, who waits where?

use super::log::line;
use super::run::{self, with};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed, Ordering::SeqCst};

/// Sources of events of the operating system that are registered with the runtime.
pub(crate) static IO: AtomicI64 = AtomicI64::new(0);

/// Some source was ever registered in this process.
static IO_EVER: AtomicBool = AtomicBool::new(false);
/// Runtimes are built without the driver of sockets: making one and closing it takes longer than a small test.
static SPARING: AtomicBool = AtomicBool::new(false);

/// A source of events is registered with the runtime.
pub(crate) fn io_added() {
    IO.fetch_add(1, SeqCst);
    IO_EVER.store(true, SeqCst);
}

/// A schedule of this process ended without a socket, so the next ones may do without the driver.
pub(super) fn spare_io() {
    SPARING.store(!IO_EVER.load(SeqCst), SeqCst);
}

pub(crate) fn spares_io() -> bool {
    SPARING.load(Relaxed)
}

/// Someone wants a socket after all. The process is started again without sparing anything.
pub(crate) fn misses_io() {
    if SPARING.load(SeqCst) {
        line("misses-io");
        leave(MISSES_IO);
    }
}

/// Exit status of a process that was built without what the test needs.
const MISSES_IO: i32 = 89;
/// Exit status of a process in which nothing could ever run again.
pub(super) const STUCK: i32 = 86;
/// Exit status of a test that cannot be explored in this way.
const UNSUPPORTED: i32 = 87;
/// Exit status of a process in which nothing but timers fired.
const ONLY_TIMERS: i32 = 88;
/// So many timers may fire in one schedule.
const ADVANCES: u64 = 200_000;

/// Whether something outside of this thread may wake the runtime: then real time must pass.
pub(crate) fn external() -> bool {
    if super::ask::on() {
        return false; // what a task brings about that is asked where it waits is no part of the run
    }
    let yes = external_fast() || other_threads();
    with(|run| {
        run.external |= yes;
        run.clock.outside = yes;
    });
    yes
}

pub(crate) fn external_fast() -> bool {
    (IO.load(SeqCst) > 0 || run::FOREIGN.load(SeqCst)) && !super::ask::on()
}

/// Whether the process has threads beside the harness and idle ones of tokio's pool for blocking calls. Calls that still run
/// there hold the clock, which the caller asks for itself.
#[cfg(target_os = "linux")]
fn other_threads() -> bool {
    use std::os::unix::fs::MetadataExt;
    let own = if std::thread::current().name() == Some("main") { 1 } else { 2 };
    match std::fs::metadata("/proc/self/task") {
        Ok(data) if data.nlink() - 2 <= own => return false,
        Ok(_) => {}
        Err(_) => return true,
    }
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return true };
    let others = threads.flatten().filter(|thread| {
        let name = std::fs::read_to_string(thread.path().join("comm")).unwrap_or_default();
        !name.starts_with("tokio-runtime-w") && !name.starts_with("tokio-rt-worker")
    });
    others.count() as u64 > own
}

/// Elsewhere nobody says how many threads there are, so nothing is ever called stuck.
#[cfg(not(target_os = "linux"))]
fn other_threads() -> bool {
    true
}

/// Virtual time went on.
pub(crate) fn advanced(by: std::time::Duration) {
    let spinning = with(|run| {
        run.advances += 1;
        run.passed += by;
        run.progress();
        if run.advances > ADVANCES {
            run.end("only-timers");
        }
        run.advances > ADVANCES
    });
    if spinning == Some(true) {
        leave(ONLY_TIMERS);
    }
}

/// The clock is about to be moved only to see whether any timer is left.
pub(crate) fn probing() {
    with(|run| (run.advances_before, run.passed_before) = (run.advances, run.passed));
}

/// Nothing can run, and no timer is left. Returns only to have a task polled once more, to see where it waits.
pub(crate) fn stuck(wake_body: &dyn Fn()) {
    // None of the timers before was met.
    if with(|run| (run.advances, run.passed) = (run.advances_before, run.passed_before)).is_none() {
        return; // not the explored thread
    }
    if super::ask::next(wake_body) {
        return;
    }
    with(|run| {
        for (task, known, place) in std::mem::take(&mut run.ask.lost) {
            line(&format!("lost\t{task}\t{known}\t{place}"));
        }
        for (task, wait, reason) in std::mem::take(&mut run.waits) {
            line(&format!("wait\t{task}\t{wait}"));
            line(&reason);
        }
        run.holders.tell();
    });
    super::cancel::go_on(true);
    with(|run| run.end("stuck")); // unless it was settled before the tasks were asked
    super::cancel::leave();
    super::wakers::dissect(wake_body);
    leave(STUCK);
}

/// The test does something that its exploration would change.
pub(crate) fn unsupported(what: &str) {
    line(&format!("unsupported\t{what}"));
    leave(UNSUPPORTED);
}

/// Ends the process, with everything written down.
pub(super) fn leave(status: i32) -> ! {
    super::points::tell();
    super::log::flush();
    std::process::exit(status)
}

/// Running a blocking call in place needs a runtime of several threads.
pub(crate) fn block_in_place() {
    if run::is_mapped() {
        unsupported("block_in_place");
    }
}
