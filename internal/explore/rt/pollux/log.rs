//! The record that pollux reads: lines of fields with tabs between, on a file of its own. The test's own output is not used.

use super::run;
use std::fmt::Arguments;
use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, Once, OnceLock};
use std::time::{Duration, Instant};

static LOG: OnceLock<Option<Mutex<Log>>> = OnceLock::new();

/// Lines that may wait a little, so that a schedule does not cost a system call.
struct Log {
    file: File,
    waiting: Vec<u8>,
    written: Instant,
}

/// Lines wait at most so long, or until there are so many bytes.
const WAIT: Duration = Duration::from_millis(10);
const FULL: usize = 1 << 16;

impl Log {
    fn flush(&mut self) {
        if !self.waiting.is_empty() {
            let _ = self.file.write_all(&self.waiting);
            self.waiting.clear();
        }
        self.written = Instant::now();
    }
}

fn log() -> Option<MutexGuard<'static, Log>> {
    let log = LOG.get_or_init(|| {
        let path = std::env::var("POLLUX_EXPLORE_LOG").ok()?;
        let file = std::fs::OpenOptions::new().append(true).create(true).open(path).ok()?;
        Some(Mutex::new(Log { file, waiting: Vec::new(), written: Instant::now() }))
    });
    Some(log.as_ref()?.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
}

/// Writes a line at once, after those that wait.
pub(super) fn line(text: &str) {
    if let Some(mut log) = log() {
        let _ = writeln!(log.waiting, "{text}");
        log.flush();
    }
}

/// Set while many schedules run in this process: then lines may wait.
pub(super) static PATIENT: AtomicBool = AtomicBool::new(false);

/// Writes a line that may wait.
pub(super) fn note(text: Arguments<'_>) {
    if let Some(mut log) = log() {
        let _ = writeln!(log.waiting, "{text}");
        if log.waiting.len() > FULL || !PATIENT.load(Relaxed) {
            log.flush();
        }
    }
}

pub(super) fn flush() {
    if let Some(mut log) = log() {
        log.flush();
    }
}

/// A schedule begins. When it is the first in a while, everything before it and its own number are written at once: so a
/// schedule that never ends is known by its number, or follows soon after the last one that is.
pub(super) fn begin(seed: u64) {
    if let Some(mut log) = log() {
        let _ = writeln!(log.waiting, "begin\t{seed}");
        if log.written.elapsed() > WAIT || !PATIENT.load(Relaxed) {
            log.flush();
        }
    }
}

/// Field text: no tab, no line end.
pub(super) fn field(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

/// What std says when it cannot unwind, because another panic does.
const NO_UNWINDING: &str = "panic in a destructor during cleanup";

fn text_of(payload: &(dyn std::any::Any + Send)) -> String {
    payload.downcast_ref::<&str>().map(|s| s.to_string()).or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// Panics beyond this number are consequences.
const PANICS: u32 = 4;

static LISTEN: Once = Once::new();

/// Puts a hook before the test's own that writes panics down.
pub(super) fn listen() {
    LISTEN.call_once(|| {
        let next = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if super::wakers::dissecting() || super::ask::on() {
                return;
            }
            let (task, tell, many) = run::with(|run| {
                run.panics += 1;
                (i64::from(run.current), run.plan.record, run.panics > PANICS)
            })
            .unwrap_or((-1, false, false));
            if !many {
                let place = info.location().map_or_else(String::new, |l| format!("{}:{}:{}", l.file(), l.line(), l.column()));
                let text: String = text_of(info.payload()).chars().take(2000).collect();
                line(&format!("panic\t{task}\t{place}\t{}", field(&text)));
                if tell {
                    for frame in super::waits::frames() {
                        line(&format!("frame\t{frame}"));
                    }
                }
            }
            if text_of(info.payload()).contains(NO_UNWINDING) {
                run::with(|run| run.end("crash")); // the process is about to be aborted
            }
            if super::plan::plan().map_or(true, |plan| plan.mode == super::plan::Mode::One) {
                next(info);
            }
        }));
    });
}
