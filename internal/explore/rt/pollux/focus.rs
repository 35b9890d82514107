//! Aiming at places: of the questions whether a task is interrupted here, those that are asked in a place that somebody asked about
//! are answered with yes more often, and so are cancellations tried there before they are tried elsewhere.
//!
//! A place is in focus when any frame of the call is: what is awaited there counts, too. The look at the stack depends on nothing
//! but the call, so the same schedule is aimed in the same way again.

use super::log::note;
use super::points::addresses;
use super::run::Run;
use super::waits::{chain, trace};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::OnceLock;

struct Lines {
    file: String,
    from: u32,
    to: u32,
}

/// What is in focus: one place a line, `FILE:FROM-TO`, the file as seen from the root of the workspace.
fn lines() -> &'static [Lines] {
    static LINES: OnceLock<Vec<Lines>> = OnceLock::new();
    LINES.get_or_init(|| {
        let text = std::env::var("POLLUX_EXPLORE_FOCUS").unwrap_or_default();
        text.lines()
            .filter_map(|line| {
                let (file, range) = line.rsplit_once(':')?;
                let (from, to) = range.split_once('-')?;
                Some(Lines { file: file.to_string(), from: from.parse().ok()?, to: to.parse().ok()? })
            })
            .collect()
    })
}

/// Whether anything is in focus.
pub(super) fn any() -> bool {
    !lines().is_empty()
}

thread_local! {
    /// What is known of chains of addresses: to look one up takes about a millisecond.
    static KNOWN: RefCell<HashMap<u64, bool>> = RefCell::new(HashMap::new());
}

/// Whether the present call comes through a place in focus.
pub(super) fn here() -> bool {
    if !any() {
        return false;
    }
    let at = addresses();
    if let Some(known) = KNOWN.with(|known| known.borrow().get(&at).copied()) {
        return known;
    }
    let found = chain(&trace()).iter().any(|place| holds(place));
    KNOWN.with(|known| known.borrow_mut().insert(at, found));
    found
}

/// Whether a frame, `file:line:column function`, lies in focus.
fn holds(frame: &str) -> bool {
    let place = frame.split(' ').next().unwrap_or_default();
    let mut parts = place.rsplitn(3, ':');
    let (_, line, file) = (parts.next(), parts.next(), parts.next());
    let (Some(Ok(line)), Some(file)) = (line.map(str::parse::<u32>), file) else { return false };
    lines().iter().any(|l| (l.from..=l.to).contains(&line) && same(file, &l.file))
}

/// Whether two names are of one file: one of them may begin further outside.
fn same(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    long.strip_suffix(short).map_or(false, |rest| rest.is_empty() || rest.ends_with('/'))
}

/// What was aimed in a process.
#[derive(Default)]
struct Shots {
    schedules: u64,
    interruptions: u64,
}

static SHOTS: std::sync::Mutex<Shots> = std::sync::Mutex::new(Shots { schedules: 0, interruptions: 0 });

impl Run {
    /// A task is interrupted in focus.
    pub(super) fn hit(&mut self) {
        let first = !std::mem::replace(&mut self.aimed, true);
        let mut shots = SHOTS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        shots.schedules += u64::from(first);
        shots.interruptions += 1;
    }
}

/// Writes down what was aimed.
pub(super) fn tell() {
    let shots = std::mem::take(&mut *SHOTS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
    if shots.schedules > 0 {
        note(format_args!("aimed\t{}\t{}", shots.schedules, shots.interruptions));
    }
}
