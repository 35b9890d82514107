//! One schedule: the decisions taken so far, and a hash of everything that happened.

use super::log::{self, line};
use super::plan::{plan, Mode, Phase, Plan};
use super::trial::Trial;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::Waker;

/// The state of the schedule that this thread runs.
pub(super) struct Run {
    pub(super) plan: &'static Plan,
    pub(super) seed: u64,
    rng: u64,
    /// Next word of the script.
    at: usize,
    trial: Option<Trial>,
    /// Largest budget of this schedule: small ones interrupt often, large ones late.
    widest: u32,
    taken: Vec<(u8, u32, u32)>,
    /// Of decisions and polls.
    hash: u64,
    /// Of polls alone: who ran when, and whether it ended.
    order: u64,
    pub(super) polls: u64,
    choices: u64,
    pub(super) advances: u64,
    /// As it was before the last search for a timer.
    pub(super) advances_before: u64,
    ids: BTreeMap<u64, u32>,
    pub(super) current: u32,
    pub(super) in_root: bool,
    pub(super) external: bool,
    diverged: bool,
    runtimes: u32,
    mapped: bool,
    ended: bool,
    pub(super) panics: u32,
    /// Nothing can run: tasks are polled once more only to see where they wait.
    pub(super) asking: bool,
    pub(super) wakers: BTreeMap<u32, Waker>,
    pub(super) waits: Vec<(u32, String)>,
    pub(super) spawns: u32,
    pub(super) holders: super::holders::Holders,
}

thread_local! {
    static RUN: RefCell<Option<Run>> = const { RefCell::new(None) };
}

/// Set once some thread is the explored one.
static CLAIMED: AtomicBool = AtomicBool::new(false);
/// A runtime with threads of its own exists.
pub(super) static FOREIGN: AtomicBool = AtomicBool::new(false);

/// Asks the run of this thread; None on all threads that are not explored, and while it is being asked already.
pub(super) fn with<R>(f: impl FnOnce(&mut Run) -> R) -> Option<R> {
    RUN.try_with(|cell| cell.try_borrow_mut().ok()?.as_mut().map(f)).ok().flatten()
}

/// Starts a schedule on this thread.
pub(super) fn begin(plan: &'static Plan, seed: u64) {
    CLAIMED.store(true, SeqCst);
    FOREIGN.store(false, SeqCst);
    log::listen();
    line(&format!("begin\t{seed}"));
    let run = Run {
        plan, seed,
        rng: mix(seed.wrapping_add(0x51_7c_c1_b7_27_22_0a_95)),
        at: 0,
        trial: plan.trials.get(seed.wrapping_sub(plan.seed) as usize).map(|words| Trial::of(words)),
        widest: [1, 3, 8, 3][(seed % 4) as usize],
        taken: Vec::new(),
        hash: FNV, order: FNV, polls: 0, choices: 0, advances: 0, advances_before: 0,
        ids: BTreeMap::new(), current: 0, in_root: false, external: false, diverged: false, runtimes: 0, mapped: false,
        ended: false, panics: 0, asking: false, wakers: BTreeMap::new(), waits: Vec::new(), spawns: 0, holders: Default::default(),
    };
    let earlier = RUN.with(|cell| cell.borrow_mut().replace(run));
    drop(earlier);
}

/// Ends the schedule of this thread, with a word for how.
pub(super) fn finish(outcome: &str) {
    let run = RUN.with(|cell| cell.borrow_mut().take());
    if let Some(mut run) = run {
        run.end(outcome);
    }
}

impl Run {
    pub(super) fn end(&mut self, outcome: &str) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        if self.plan.record {
            for words in self.taken.chunks(64) {
                let words: Vec<String> = words.iter().map(|(kind, choice, ways)| word(*kind, *choice, *ways)).collect();
                line(&format!("took\t{}", words.join(" ")));
            }
        }
        let mut notes = String::new();
        for (on, note) in [
            (self.external, "external"), (self.diverged || self.left_over(), "diverged"), (self.mapped, "mapped"),
        ] {
            if on {
                notes.push_str(if notes.is_empty() { "" } else { "," });
                notes.push_str(note);
            }
        }
        let notes = if notes.is_empty() { "-" } else { &notes };
        line(&format!(
            "end\t{}\t{outcome}\t{:016x}\t{:016x}\t{}\t{}\t{}\t{notes}",
            self.seed, self.hash, self.order, self.polls, self.choices, self.advances
        ));
    }

    /// A script that was not used up belongs to another run.
    fn left_over(&self) -> bool {
        self.plan.script.as_ref().map_or(false, |script| self.at < script.len())
    }

    /// Decides between `ways` ways on, the first being that of plain tokio. Without a script the first `skip` are not taken.
    fn choose(&mut self, kind: u8, ways: u32, skip: u32) -> u32 {
        if ways <= 1 || self.asking {
            return 0;
        }
        let choice = match &self.plan.script {
            None if self.trial.is_some() => self.trial.as_mut().map_or(0, |trial| trial.next(kind, ways)),
            None => skip + (self.random() % u64::from(ways - skip)) as u32,
            Some(script) => match script.get(self.at) {
                Some((k, choice)) if *k == kind && *choice < ways && !self.diverged => *choice,
                _ => {
                    self.diverged = true;
                    0
                }
            },
        };
        self.at += 1;
        self.choices += 1;
        if self.plan.record {
            self.taken.push((kind, choice, ways));
        }
        if choice != 0 && self.telling() {
            line(&format!("odd\t{}", word(kind, choice, ways)));
        }
        self.hash = step(self.hash, u64::from(kind) << 32 | u64::from(choice));
        choice
    }

    fn random(&mut self) -> u64 {
        self.rng = self.rng.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.rng)
    }

    /// The number of a task: 0 is the test body, the others count in the order in which they were spawned.
    pub(super) fn number(&mut self, id: u64) -> u32 {
        let next = self.ids.len() as u32 + 1;
        *self.ids.entry(id).or_insert(next)
    }

    pub(super) fn note_poll(&mut self, task: u32, ready: bool) {
        self.polls += 1;
        let fact = u64::from(task) << 1 | u64::from(ready);
        self.order = step(self.order, fact);
        self.hash = step(self.hash, fact | 1 << 63);
    }

    /// Whether this poll is to be written down.
    pub(super) fn telling(&self) -> bool {
        !self.asking && self.plan.report.map_or(false, |from| self.polls >= from)
    }
}

impl Drop for Run {
    /// A test without the patched attribute says nothing when it ends; the end of its thread does.
    fn drop(&mut self) {
        self.end("left");
    }
}

fn word(kind: u8, choice: u32, ways: u32) -> String {
    match kind {
        b't' | b's' => format!("{}{choice}/{ways}", char::from(kind)),
        _ => format!("{}{choice}", char::from(kind)),
    }
}

const FNV: u64 = 0xcbf2_9ce4_8422_2325;

fn step(hash: u64, fact: u64) -> u64 {
    (hash ^ mix(fact)).wrapping_mul(0x100_0000_01b3)
}

/// splitmix64's finaliser.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

// ---- the questions of the runtime

/// Whether the next task is to be chosen by [`pick_task`].
pub(crate) fn shuffled() -> bool {
    with(|run| !run.asking).unwrap_or(false)
}

/// Which of `ready` tasks runs next.
pub(crate) fn pick_task(ready: usize) -> usize {
    with(|run| run.choose(b't', ready as u32, 0)).unwrap_or(0) as usize
}

/// How often a task may use a ready resource before it must yield. Plain tokio: 128.
pub(crate) fn budget() -> u8 {
    with(|run| {
        if run.asking || (run.in_root && run.plan.phase != Phase::Body) {
            return 128;
        }
        match run.choose(b'b', run.widest_ways(), 1) {
            0 => 128,
            n => (n - 1) as u8,
        }
    })
    .unwrap_or(128)
}

impl Run {
    /// A script may hold any budget.
    fn widest_ways(&self) -> u32 {
        if self.plan.script.is_some() || self.trial.is_some() { 129 } else { self.widest + 2 }
    }
}

/// How many tasks run before the test body and the timers are looked at again. Plain tokio: `stock`.
pub(crate) fn event_interval(stock: u32) -> u32 {
    with(|run| match run.choose(b'i', 5, 1) {
        0 => stock,
        n => n,
    })
    .unwrap_or(stock)
}

/// Which of `n` branches of a select! is tried first; None leaves it to tokio's own dice.
pub(crate) fn pick_branch(n: u32) -> Option<u32> {
    with(|run| run.choose(b's', n, 0))
}

/// Whether timers of this thread's runtime fire by virtual time.
pub(crate) fn virtual_time() -> bool {
    with(|run| run.plan.virtual_time).unwrap_or(false)
}

/// A runtime is being built. True: it must be one of one thread, although several were asked for.
pub(crate) fn building(several_threads: bool) -> bool {
    let Some(plan) = plan() else { return false };
    #[cfg(feature = "rt")]
    if plan.mode == Mode::Canary && !CLAIMED.load(SeqCst) {
        super::canary::sing();
    }
    if plan.mode == Mode::One && !CLAIMED.swap(true, SeqCst) {
        begin(plan, plan.seed);
    }
    let map = with(|run| {
        run.runtimes += 1;
        if run.mapped {
            super::unsupported("a second runtime beside one of several threads");
        }
        run.mapped = several_threads && run.plan.map && run.runtimes == 1;
        run.mapped
    });
    let map = map.unwrap_or(false);
    if map {
        line("mapped"); // at once: a run that hangs has no end to say it at
    }
    if several_threads && !map {
        FOREIGN.store(true, SeqCst);
    }
    map
}

/// How many decisions this schedule took.
pub(super) fn choices() -> u64 {
    with(|run| run.choices).unwrap_or(0)
}

pub(super) fn is_mapped() -> bool {
    with(|run| run.mapped).unwrap_or(false)
}
