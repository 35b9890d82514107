//! What pollux adds to a copy of loom: it writes down, to a file that the model knows nothing of, when a search begins, which
//! permutation it is at, and why it ends. Nothing of the search is changed. Does nothing unless POLLUX_LOOM_RECORD is set.
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, Once};

static OPEN: Once = Once::new();
static RECORD: Mutex<Option<File>> = Mutex::new(None);
/// Search and permutation of which every step is told, 0 for none.
static TELL_SEARCH: AtomicUsize = AtomicUsize::new(0);
static TELL_PERMUTATION: AtomicUsize = AtomicUsize::new(0);
static SEARCHES: AtomicUsize = AtomicUsize::new(0);
static TELLING: AtomicBool = AtomicBool::new(false);

/// Steps of one permutation that are written at most.
const MAX_STEPS: usize = 20_000;
static STEPS: AtomicUsize = AtomicUsize::new(0);

fn record(f: impl FnOnce(&mut File) -> std::io::Result<()>) {
    OPEN.call_once(|| {
        let number = |name: &str| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(0);
        TELL_SEARCH.store(number("POLLUX_LOOM_SEARCH"), Ordering::Relaxed);
        TELL_PERMUTATION.store(number("POLLUX_LOOM_PERMUTATION"), Ordering::Relaxed);
        let file = std::env::var_os("POLLUX_LOOM_RECORD").and_then(|path| OpenOptions::new().write(true).open(path).ok());
        *RECORD.lock().unwrap_or_else(|e| e.into_inner()) = file;
    });
    let mut guard = RECORD.lock().unwrap_or_else(|e| e.into_inner());
    let failed = match guard.as_mut() {
        Some(file) => f(file).is_err(),
        None => false,
    };
    if failed {
        *guard = None; // a record with a hole is worse than one that ends early
    }
}

/// One search: one call of `Builder::check`.
pub(crate) struct Search {
    number: usize,
    counter: u64,
}

impl Search {
    pub(crate) fn new(preemptions: Option<usize>, branches: usize) -> Search {
        let number = SEARCHES.fetch_add(1, Ordering::Relaxed) + 1;
        let mut counter = 0;
        record(|file| {
            file.seek(SeekFrom::End(0))?;
            let preemptions = preemptions.map_or("all".to_string(), |n| n.to_string());
            file.write_all(format!("search {} preemptions {} branches {}\n", number, preemptions, branches).as_bytes())?;
            counter = file.seek(SeekFrom::Current(0))?;
            file.write_all(format!("at {:020}\n", 0).as_bytes())
        });
        Search { number, counter }
    }

    /// Notes the permutation, and says whether its steps are told.
    pub(crate) fn permutation(&self, n: usize) -> bool {
        let mut tell = false;
        record(|file| {
            file.seek(SeekFrom::Start(self.counter))?;
            file.write_all(format!("at {:020}\n", n).as_bytes())?;
            tell = self.number == TELL_SEARCH.load(Ordering::Relaxed) && n == TELL_PERMUTATION.load(Ordering::Relaxed);
            Ok(())
        });
        TELLING.store(tell, Ordering::Relaxed);
        tell
    }

    pub(crate) fn end(&self, why: &str, permutations: usize) {
        record(|file| {
            file.seek(SeekFrom::End(0))?;
            file.write_all(format!("end {} {} {}\n", self.number, why, permutations).as_bytes())
        });
    }
}

/// A thread of the model has come to an operation that loom controls.
pub(crate) fn step(thread: usize, at: &'static Location<'static>) {
    if !TELLING.load(Ordering::Relaxed) || STEPS.fetch_add(1, Ordering::Relaxed) >= MAX_STEPS {
        return;
    }
    record(|file| {
        file.seek(SeekFrom::End(0))?;
        file.write_all(format!("step {} {} {} {}\n", thread, at.line(), at.column(), at.file()).as_bytes())
    });
}
