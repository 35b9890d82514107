//! One schedule: its decisions, and a hash of everything that happened.

use super::cancel::Point;
use super::choice::{mix, Source};
use super::depart::{print, Key};
use super::log::{self, line, note};
use super::plan::{plan, Mode, Phase, Plan, Strategy, PATIENT, UNHURRIED};
use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::Waker;

/// The state of the schedule that this thread runs.
pub(super) struct Run {
    pub(super) plan: &'static Plan,
    pub(super) phase: Phase,
    pub(super) seed: u64,
    pub(super) source: Source,
    /// Decisions: the question, the answer, and among how many.
    taken: Vec<(u8, u32, u32)>,
    poll: Poll,
    /// Where the present round of the scheduler has its word, once something was asked about it.
    round: Option<(usize, Key)>,
    /// Tasks after which a script ends the present round.
    turns: u32,
    /// Of decisions and polls.
    hash: u64,
    /// Of polls alone: who ran when, and whether it ended.
    pub(super) order: u64,
    pub(super) polls: u64,
    choices: u64,
    pub(super) advances: u64,
    /// As it was before the last search for a timer.
    pub(super) advances_before: u64,
    /// Virtual time that has passed, and how it was then.
    pub(super) passed: std::time::Duration,
    pub(super) passed_before: std::time::Duration,
    /// Numbers of tasks by their id, in the order of ids.
    ids: Vec<(u64, u32)>,
    /// Tasks that were interrupted in their last poll.
    interrupted: Vec<bool>,
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
    /// Suspensions of this schedule are traced to their places.
    pub(super) sampled: bool,
    pub(super) wakers: std::collections::BTreeMap<u32, Waker>,
    /// A task, where it waits, and for what.
    pub(super) waits: Vec<(u32, String, String)>,
    pub(super) spawns: u32,
    pub(super) holders: super::holders::Holders,
    pub(super) clock: super::clock::Clock,
    pub(super) place: super::depart::Place,
    pub(super) hands: super::hands::Hands,
    /// Some task was interrupted in a place that is in focus.
    pub(super) aimed: bool,
    pub(super) cancel: super::cancel::Cancel,
    pub(super) ends: super::wakers::Wakers,
    pub(super) fallen: super::fallen::Fallen,
    pub(super) ask: super::ask::Ask,
    /// Polls since anything got on.
    pub(super) spun: u64,
    /// Polls of these in which tokio's budget was used up, and whether the present one is one.
    pub(super) full: u64,
    pub(super) used_up: bool,
    /// Tasks did nothing but wake themselves until a timer fired.
    pub(super) busy: bool,
}

/// What is decided about one poll of a task, or of the test body.
#[derive(Clone, Copy)]
struct Poll {
    /// Where its word is, once something was asked about it.
    word: Option<(usize, Key)>,
    /// It may be interrupted.
    open: bool,
    /// Uses of resources that it was asked about: below this number the answer was no.
    asked: u32,
    /// Uses after which it is interrupted.
    stop: u32,
    /// It was interrupted.
    spent: bool,
    /// The poll before was interrupted, and nothing has come about since that this task was told of.
    again: bool,
}

const CLOSED: Poll = Poll { word: None, open: false, asked: 0, stop: u32::MAX, spent: false, again: false };

thread_local! {
    static RUN: RefCell<Option<Box<Run>>> = const { RefCell::new(None) };
}

/// Set once some thread is the explored one.
static CLAIMED: AtomicBool = AtomicBool::new(false);
/// A runtime with threads of its own exists.
pub(super) static FOREIGN: AtomicBool = AtomicBool::new(false);

/// Asks the run of this thread; None on all threads that are not explored, and while it is being asked already.
#[inline]
pub(super) fn with<R>(f: impl FnOnce(&mut Run) -> R) -> Option<R> {
    RUN.try_with(|cell| cell.try_borrow_mut().ok()?.as_mut().map(|run| f(run))).ok().flatten()
}

/// Starts a schedule on this thread, in the room of an earlier one where there is one.
pub(super) fn begin(plan: &'static Plan, seed: u64, source: Source, room: Option<Box<Run>>) {
    CLAIMED.store(true, SeqCst);
    FOREIGN.store(false, SeqCst);
    log::listen();
    super::wakers::REPORTED.store(plan.report.is_some(), SeqCst);
    let mut run = match room {
        Some(mut run) => {
            run.reset(seed, source);
            run
        }
        None => Box::new(Run::new(plan, seed, source)),
    };
    let alone = plan.script.is_none() && plan.report.is_none() && !plan.counting && plan.cancel.is_none();
    run.sampled = alone && (plan.mode == Mode::One || seed - plan.seed < 32 || seed % 64 == 0);
    let earlier = RUN.with(|cell| cell.borrow_mut().replace(run));
    drop(earlier);
}

/// Starts the only schedule of a process: recorded decisions, or those of its seed.
pub(super) fn begin_one(plan: &'static Plan) {
    let source = match (&plan.script, plan.strategy) {
        _ if !plan.trials.is_empty() => plan.trials[0].source(),
        (Some(_), _) => Source::script(plan),
        (None, Strategy::All) => Source::Walk(plan.walk()),
        (None, strategy) => Source::drawn(strategy, plan.seed, plan.depth),
    };
    log::begin(plan.seed);
    begin(plan, plan.seed, source, None);
    if let Some(attempt) = plan.trials.first() {
        with(|run| run.cancel.cancels(attempt.cancel));
    }
}

/// Ends the schedule of this thread, with a word for how.
pub(super) fn finish(outcome: &'static str) -> Option<Box<Run>> {
    let mut run = RUN.with(|cell| cell.borrow_mut().take())?;
    run.end(outcome);
    Some(run)
}

impl Run {
    fn new(plan: &'static Plan, seed: u64, source: Source) -> Run {
        Run {
            plan, phase: plan.phase, seed, source, taken: Vec::new(), poll: CLOSED, round: None, turns: 0,
            hash: FNV, order: FNV, polls: 0, choices: 0, advances: 0, advances_before: 0, passed: Default::default(), passed_before: Default::default(),
            ids: Vec::new(), interrupted: Vec::new(), current: 0, in_root: false, external: false, diverged: false, runtimes: 0,
            mapped: false, ended: false, panics: 0, asking: false, sampled: false, wakers: Default::default(), waits: Vec::new(),
            spawns: 0, holders: Default::default(), clock: Default::default(), place: Default::default(), hands: Default::default(), aimed: false, cancel: super::cancel::Cancel::new(plan), ends: Default::default(), fallen: Default::default(), ask: Default::default(), spun: 0, full: 0, used_up: false, busy: false,
        }
    }

    /// Makes it a new run that keeps only the room for its lists.
    fn reset(&mut self, seed: u64, source: Source) {
        let mut new = Run::new(self.plan, seed, source);
        std::mem::swap(&mut new.taken, &mut self.taken);
        std::mem::swap(&mut new.ids, &mut self.ids);
        std::mem::swap(&mut new.interrupted, &mut self.interrupted);
        new.taken.clear();
        new.ids.clear();
        new.interrupted.clear();
        *self = new;
    }

    pub(super) fn end(&mut self, outcome: &'static str) {
        if std::mem::replace(&mut self.ended, true) || self.plan.mode == Mode::Canary {
            return;
        }
        let outcome = if matches!(outcome, "ok" | "left") && self.unnoticed() { "unnoticed" } else { outcome };
        self.clock.tell();
        if self.plan.mode == Mode::One {
            super::points::tell();
        }
        self.tell_cancel();
        self.tell_fallen();
        let mut notes = String::new();
        for (on, word) in [
            (self.external, "external"), (self.diverged || self.left_over() || self.cancel.missed(), "diverged"), (self.mapped, "mapped"), (self.busy, "busy"), (self.clock.forced, "forced"),
        ] {
            if on {
                notes.push_str(if notes.is_empty() { "" } else { "," });
                notes.push_str(word);
            }
        }
        if self.plan.mode == Mode::Batch && outcome == "ok" && notes.is_empty() {
            note(format_args!("ok\t{}\t{:x}\t{}", self.seed, self.order, self.polls));
            return;
        }
        if outcome != "ok" && self.advances > 0 {
            note(format_args!("passed\t{}", self.passed.as_millis()));
        }
        let settings = self.settings();
        if !settings.is_empty() {
            note(format_args!("took\t{}", settings.trim_end()));
        }
        if self.plan.record || outcome != "ok" || self.busy {
            for words in self.taken.chunks(64) {
                note(format_args!("took\t{}", Run::words(words)));
            }
        }
        if self.plan.record {
            let words: Vec<String> = self.place.taken.iter().map(|(key, answer)| print(*key, *answer)).collect();
            note(format_args!("departs\t{}", words.join(" ")));
        }
        let notes = if notes.is_empty() { "-" } else { &notes };
        note(format_args!(
            "end\t{}\t{outcome}\t{:016x}\t{:016x}\t{}\t{}\t{}\t{notes}",
            self.seed, self.hash, self.order, self.polls, self.choices, self.advances
        ));
        if let Source::Walk(walk) = &mut self.source {
            if self.plan.mode == Mode::One || outcome == "stuck" {
                walk.advance();
                note(format_args!("walk\t{}", walk.text()));
            }
        }
    }

    fn words(taken: &[(u8, u32, u32)]) -> String {
        let words: Vec<String> = taken.iter().map(|(kind, choice, ways)| word(*kind, *choice, *ways)).collect();
        words.join(" ")
    }

    /// Says what the schedule was: the last one of a process stands for all of them when they are compared with fresh ones.
    pub(super) fn tell_last(&self) {
        note(format_args!("last\t{}\t{:016x}\t{}{}", self.seed, self.hash, self.settings(), Run::words(&self.taken)));
    }

    /// The words of a script that answer no question and still belong to this run, with a space behind each.
    fn settings(&self) -> String {
        [(self.plan.patient, PATIENT), (self.plan.unhurried, UNHURRIED)].iter().filter(|(on, _)| *on).map(|(_, word)| format!("{word} ")).collect()
    }

    /// A script that was not used up belongs to another run.
    fn left_over(&self) -> bool {
        match &self.source {
            Source::Script { words, at } => *at < words.len(),
            Source::Walk(walk) => walk.strayed,
            _ => false,
        }
    }

    /// The next answer of a script; 0, and a note, when it was made for another question.
    fn scripted(words: &[(u8, u32)], at: &mut usize, kind: u8, ways: u32, diverged: &mut bool) -> u32 {
        let next = words.get(*at);
        *at += 1;
        match next {
            Some((k, choice)) if *k == kind && *choice < ways && !*diverged => *choice,
            _ => {
                *diverged = true;
                0
            }
        }
    }

    /// Decides between `ways` ways on, the first being that of plain tokio.
    pub(super) fn choose(&mut self, kind: u8, ways: u32) -> u32 {
        if ways <= 1 || self.quiet() {
            return 0;
        }
        let key = self.place(kind);
        let choice = match &mut self.source {
            Source::Script { words, at } => Run::scripted(words, at, kind, ways, &mut self.diverged),
            Source::Trial(trial) => trial.next(kind, ways),
            Source::Departures(departures) => departures.at(key).filter(|choice| *choice < ways).unwrap_or(0),
            Source::Dice(dice) => dice.rng.below(ways),
            Source::Priorities(priorities) => priorities.rng.below(ways),
            Source::Walk(walk) => walk.choose(ways),
        };
        self.decided(key, choice, ways)
    }

    /// Writes down the answer to a question, and whether it is a departure.
    pub(super) fn decided(&mut self, key: Key, choice: u32, ways: u32) -> u32 {
        if choice != 0 && key.0 != b't' {
            self.departs(key, choice);
        }
        self.chosen(key.0, choice, ways)
    }

    fn chosen(&mut self, kind: u8, choice: u32, ways: u32) -> u32 {
        self.choices += 1;
        self.taken.push((kind, choice, ways));
        self.tell_odd(kind, choice, ways);
        self.hash = step(self.hash, u64::from(kind) << 32 | u64::from(choice));
        choice
    }

    /// Says that the next step is not one of plain tokio.
    fn tell_odd(&self, kind: u8, choice: u32, ways: u32) {
        if choice != 0 && self.telling() {
            line(&format!("odd\t{}", word(kind, choice, ways)));
        }
    }

    /// Makes room for an answer that is found out on the way, and gives that of a script.
    fn promise(&mut self, kind: u8) -> (usize, u32, Key) {
        let key = self.place(kind);
        let script = match &mut self.source {
            Source::Script { words, at } => Run::scripted(words, at, kind, u32::MAX, &mut self.diverged),
            Source::Trial(trial) => trial.next(kind, u32::MAX),
            Source::Departures(departures) => departures.at(key).unwrap_or(0),
            _ => 0,
        };
        self.choices += 1;
        self.tell_odd(kind, script, 0);
        self.taken.push((kind, 0, 0));
        (self.taken.len() - 1, script, key)
    }

    /// Writes down the answer that was found out.
    fn keep_promise(&mut self, word: usize, key: Key, choice: u32) {
        let kind = self.taken[word].0;
        self.taken[word].1 = choice;
        self.departs(key, choice);
        self.hash = step(self.hash, u64::from(kind) << 32 | u64::from(choice));
    }

    /// Which of several ready tasks runs.
    fn pick(&mut self, ready: usize, key: impl Fn(usize) -> usize, task: impl Fn(usize) -> u64) -> usize {
        if self.quiet() {
            return 0;
        }
        if ready == 1 {
            if let Source::Priorities(priorities) = &mut self.source {
                priorities.run(key(0));
            }
            return 0;
        }
        let place = self.place(b't');
        let ways = ready as u32;
        let choice = match &mut self.source {
            Source::Script { words, at } => Run::scripted(words, at, b't', ways, &mut self.diverged),
            Source::Trial(trial) => trial.next(b't', ways),
            Source::Dice(dice) => dice.rng.below(ways),
            Source::Priorities(priorities) => priorities.pick(ready, key),
            Source::Walk(walk) => walk.choose(ways),
            Source::Departures(departures) => match departures.at(place) {
                Some(wanted) => (0..ready).find(|i| self.number(task(*i)) == wanted).unwrap_or(0) as u32,
                None => 0,
            },
        };
        if choice != 0 && self.plan.record {
            let picked = self.number(task(choice as usize));
            self.departs(place, picked);
        }
        self.chosen(b't', choice, ways) as usize
    }

    fn begin_poll(&mut self) {
        self.poll = CLOSED;
        if self.quiet() || (self.in_root && self.phase != Phase::Body) {
            return;
        }
        self.poll.open = true;
    }

    /// The first question about a poll.
    fn open_poll(&mut self) -> (usize, Key) {
        if let Some(word) = self.poll.word {
            return word;
        }
        let (word, script, key) = self.promise(b'b');
        self.poll.word = Some((word, key));
        match &mut self.source {
            Source::Script { .. } | Source::Trial(_) | Source::Departures(_) if script > 0 => self.poll.stop = script - 1,
            Source::Dice(dice) => dice.begin_poll(),
            _ => {}
        }
        (word, key)
    }

    /// Whether the present poll must yield, after so many uses of resources.
    fn interrupt(&mut self, used: u32) -> bool {
        // Outside of tasks and the test body, as when a runtime is dropped, nothing is decided.
        if !self.poll.open || (self.current == 0 && !self.in_root) {
            return false;
        }
        // A budget that a future gave back is asked about no second time: the answer stands for the whole poll.
        if self.poll.spent {
            return used >= self.poll.stop;
        }
        if used < self.poll.asked || self.hands.by_hand {
            return false;
        }
        let (word, key) = self.open_poll();
        self.poll.asked = used + 1;
        let again = self.poll.again;
        let focus = super::focus::here();
        let yes = match &mut self.source {
            Source::Script { .. } | Source::Trial(_) | Source::Departures(_) => used == self.poll.stop,
            Source::Dice(dice) if focus => dice.rng.below(2) == 1,
            Source::Dice(dice) => dice.interrupts(used),
            Source::Priorities(priorities) => priorities.interrupts(self.current == 0),
            // To be interrupted twice without a step in between is to run later, which the order of tasks decides.
            Source::Walk(_) if self.plan.aimed && !focus => false,
            Source::Walk(walk) => !(again && used == 0) && walk.choose(2) == 1,
        };
        if yes {
            self.poll.stop = used;
            self.poll.spent = true;
            self.keep_promise(word, key, used + 1);
            if focus {
                self.hit();
            }
            let task = self.current as usize;
            if self.interrupted.len() <= task {
                self.interrupted.resize(task + 1, false);
            }
            self.interrupted[task] = true;
        }
        yes
    }

    /// The first question about a round.
    fn open_round(&mut self) -> (usize, Key) {
        if let Some(word) = self.round {
            return word;
        }
        let (word, script, key) = self.promise(b'i');
        (self.round, self.turns) = (Some((word, key)), script);
        if let Source::Dice(dice) = &mut self.source {
            dice.begin_round();
        }
        (word, key)
    }

    fn ends_round(&mut self, turn: u32, woken: bool, deferred: bool) -> bool {
        if self.quiet() {
            return false;
        }
        let timers = self.phase == Phase::Time && self.clock.timers;
        if !(woken || deferred || timers || super::idle::external_fast()) {
            return false;
        }
        let (word, key) = self.open_round();
        let yes = match &mut self.source {
            Source::Script { .. } | Source::Trial(_) | Source::Departures(_) => turn == self.turns,
            Source::Dice(dice) => dice.ends_round(turn),
            Source::Priorities(priorities) => priorities.ends_round(deferred || timers),
            Source::Walk(walk) => walk.choose(2) == 1,
        };
        if yes {
            self.keep_promise(word, key, turn);
        }
        yes
    }

    /// The number of a task: 0 is the test body, the others count in the order in which they were spawned.
    pub(super) fn number(&mut self, id: u64) -> u32 {
        let next = self.ids.len() as u32 + 1;
        match self.ids.last() {
            Some((last, number)) if *last == id => return *number,
            Some((last, _)) if *last > id => {}
            _ => {
                self.ids.push((id, next));
                return next;
            }
        }
        match self.ids.binary_search_by_key(&id, |(id, _)| *id) {
            Ok(at) => self.ids[at].1,
            Err(at) => {
                self.ids.insert(at, (id, next));
                next
            }
        }
    }

    /// A poll of the task begins.
    pub(super) fn enter(&mut self, task: u32) -> u32 {
        self.place_in();
        let touched = self.take_touched(task);
        if let Some(interrupted) = self.interrupted.get_mut(task as usize) {
            self.poll.again = std::mem::replace(interrupted, false) && !touched;
        }
        std::mem::replace(&mut self.current, task)
    }

    pub(super) fn note_poll(&mut self, task: u32, ready: bool) {
        self.polls += 1;
        self.place_after(task);
        let fact = u64::from(task) << 1 | u64::from(ready);
        self.order = step(self.order, fact);
        self.hash = step(self.hash, fact | 1 << 63);
        if ready && task != 0 {
            if let Source::Priorities(priorities) = &mut self.source {
                priorities.ended();
            }
        }
    }

    /// How many tasks were spawned.
    pub(super) fn tasks(&self) -> u32 {
        self.ids.len() as u32
    }

    /// A task is cancelled.
    pub(super) fn took_cancel(&mut self, at: Point) {
        self.taken.push((if at.woken { CANCEL_WOKEN } else { b'c' }, at.nth, at.task));
        self.hash = step(self.hash, 1 << 62 | u64::from(at.woken) << 61 | u64::from(at.task) << 31 | u64::from(at.nth));
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

/// The kind of a cancellation in place of a poll, among the decisions that were taken.
const CANCEL_WOKEN: u8 = b'w';

fn word(kind: u8, choice: u32, ways: u32) -> String {
    match kind {
        b'c' => format!("c{ways}.{choice}"),
        CANCEL_WOKEN => format!("c{ways}.{choice}w"),
        b't' | b's' => format!("{}{choice}/{ways}", char::from(kind)),
        _ => format!("{}{choice}", char::from(kind)),
    }
}

const FNV: u64 = 0xcbf2_9ce4_8422_2325;

fn step(hash: u64, fact: u64) -> u64 {
    (hash ^ mix(fact)).wrapping_mul(0x100_0000_01b3)
}

// ---- the questions of the runtime

/// Whether the next task is to be chosen by [`pick_task`].
pub(crate) fn shuffled() -> bool {
    with(|run| !run.asking).unwrap_or(false)
}

/// Which of the queued tasks runs next. They are told apart by their addresses, which is all that a queue holds of them.
pub(crate) fn pick_task<T>(queue: &std::collections::VecDeque<T>) -> usize {
    let key = |i: usize| match std::mem::size_of::<T>() == std::mem::size_of::<usize>() {
        true => unsafe { std::mem::transmute_copy::<T, usize>(&queue[i]) },
        false => i,
    };
    #[cfg(feature = "rt")]
    let task = |i: usize| match std::mem::size_of::<T>() == std::mem::size_of::<usize>() {
        true => super::waits::raw(&unsafe { crate::runtime::task::pollux_id(std::mem::transmute_copy::<T, usize>(&queue[i])) }),
        false => 0,
    };
    #[cfg(not(feature = "rt"))]
    let task = |_| 0;
    with(|run| run.pick(queue.len(), key, task)).unwrap_or(0)
}

/// A poll with a budget of its own begins. Always tokio's budget: where it ends early is decided on the way.
pub(crate) fn budget() -> u8 {
    with(Run::begin_poll);
    128
}

/// Whether the budget, of which `left` is left, is to be spent now.
pub(crate) fn interrupt(left: u8) -> bool {
    with(|run| {
        run.used_up |= left == 1;
        run.interrupt(128 - u32::from(left.min(128)))
    })
    .unwrap_or(false)
}

/// Runs a poll that has a budget of its own within another poll.
pub(super) fn nested<R>(f: impl FnOnce() -> R) -> R {
    struct Restore(Option<Poll>);
    impl Drop for Restore {
        fn drop(&mut self) {
            let outer = self.0;
            with(|run| run.poll = outer.unwrap_or(CLOSED));
        }
    }
    let _restore = Restore(with(|run| run.poll));
    f()
}

/// The scheduler begins a round of tasks.
pub(crate) fn begin_round() {
    with(|run| run.round = None);
}

/// Whether the round ends after `turn` tasks, to look at the test body and the timers. Plain tokio: after 61, or when no task is
/// ready. Asked only where it makes a difference.
pub(crate) fn ends_round(turn: u32, woken: bool, deferred: bool) -> bool {
    with(|run| run.ends_round(turn, woken, deferred)).unwrap_or(false)
}

/// Which of `n` branches of a select! is tried first; None leaves it to tokio's own dice.
pub(crate) fn pick_branch(n: u32) -> Option<u32> {
    with(|run| run.choose(b's', n))
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
        begin_one(plan);
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
        note(format_args!("mapped")); // at once: a run that hangs has no end to say it at
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
