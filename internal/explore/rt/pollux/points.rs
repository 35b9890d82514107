//! Await points at which a task was seen to stop: the coverage of a test in places.
//!
//! Each suspension of some schedules is traced. Addresses are cheap to collect and places are not, so a chain of addresses that
//! was seen before is left alone, and a new one is looked up only when no schedule runs: that takes so long that a thread of the
//! test would win every race meanwhile. A place that is reached in other schedules only is missed.

use super::log::note;
use super::waits::chain;
use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard};

thread_local! {
    static SEEN: RefCell<HashSet<u64>> = RefCell::new(HashSet::new());
}

/// Not looked up yet. Outlives the thread: a test without the patched attribute ends with it.
static FOUND: Mutex<Vec<Backtrace>> = Mutex::new(Vec::new());

/// Distinct chains of addresses that are looked up, which takes about a millisecond each.
const CHAINS: usize = 2000;

/// The running task stops at the place from which this is called.
pub(super) fn note_point() {
    let known = SEEN.with(|seen| {
        let mut seen = seen.borrow_mut();
        seen.len() >= CHAINS || !seen.insert(addresses())
    });
    if !known {
        let trace = Backtrace::force_capture();
        found().push(trace);
    }
}

fn found() -> MutexGuard<'static, Vec<Backtrace>> {
    FOUND.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Looks the places up and writes them down.
pub(super) fn tell() {
    super::focus::tell();
    let traces = std::mem::take(&mut *found());
    for trace in traces {
        let text = trace.to_string();
        // All of the chain stops here: each of its places is an await that is pending now.
        let places = chain(&text);
        if !places.is_empty() {
            note(format_args!("point\t{}\t{}", if text.contains("coop::") { "yield" } else { "leaf" }, places.join("\t")));
        }
    }
}

/// A hash of the return addresses on the stack.
#[cfg(unix)]
pub(super) fn addresses() -> u64 {
    use std::ffi::{c_int, c_void};
    extern "C" {
        fn _Unwind_Backtrace(visit: extern "C" fn(*mut c_void, *mut c_void) -> c_int, state: *mut c_void) -> c_int;
        fn _Unwind_GetIP(context: *mut c_void) -> usize;
    }
    extern "C" fn visit(context: *mut c_void, state: *mut c_void) -> c_int {
        let hash = unsafe { &mut *(state as *mut u64) };
        *hash = super::choice::mix(*hash ^ unsafe { _Unwind_GetIP(context) } as u64);
        0
    }
    let mut hash = 0u64;
    unsafe { _Unwind_Backtrace(visit, &mut hash as *mut u64 as *mut c_void) };
    hash
}

/// Elsewhere every suspension is a new one, up to the bound.
#[cfg(not(unix))]
pub(super) fn addresses() -> u64 {
    SEEN.with(|seen| seen.try_borrow().map_or(0, |seen| seen.len() as u64))
}
