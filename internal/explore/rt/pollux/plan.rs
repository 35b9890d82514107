//! What the process was started to do.

use super::cancel::Point;
use std::sync::OnceLock;

/// A plan is read once, from `POLLUX_EXPLORE=mode=one;seed=7;...`. Files have variables of their own.
pub(super) struct Plan {
    pub(super) mode: Mode,
    pub(super) seed: u64,
    /// How many seeds a batch tries, from `seed` on.
    pub(super) count: u64,
    /// Timers fire by virtual time.
    pub(super) virtual_time: bool,
    /// A runtime of several threads may become one of one thread.
    pub(super) map: bool,
    pub(super) phase: Phase,
    /// How the answers of a schedule are found.
    pub(super) strategy: Strategy,
    /// A walk interrupts tasks in focus only.
    pub(super) aimed: bool,
    /// Of priorities: one less than the steps at which a task falls.
    pub(super) depth: u32,
    /// A batch ends when it has run so many schedules and so many polls.
    pub(super) least: u64,
    pub(super) polls: Option<u64>,
    /// It also ends, once it has run the least, when this thread took so much of the processor's time, or something outside takes part.
    pub(super) spare: Option<std::time::Duration>,
    /// No further schedule begins after this time.
    pub(super) time: Option<std::time::Duration>,
    /// Runtimes get the driver of sockets even when no schedule before used one.
    pub(super) io: bool,
    /// Write down the number of each schedule before it runs.
    pub(super) careful: bool,
    /// Write down every decision.
    pub(super) record: bool,
    /// Write down who is polled and where it waits, from this poll on.
    pub(super) report: Option<u64>,
    /// Timers are held back while tasks spin.
    pub(super) patient: bool,
    /// Tasks may go on without progress for long before a pending timer fires.
    pub(super) unhurried: bool,
    /// The task to cancel, and at which of its suspensions.
    pub(super) cancel: Option<Point>,
    /// A sweep goes on behind this cancellation.
    pub(super) after: Option<Point>,
    /// Suspensions are counted and written down.
    pub(super) counting: bool,
    /// So many cancellations a sweep tries for each seed.
    pub(super) most: u32,
    /// The seed of a sweep that stands for the schedule of plain tokio.
    pub(super) plain: Option<u64>,
    /// Decisions to repeat.
    pub(super) script: Option<Vec<(u8, u32)>>,
    /// Schedules to try: in place of seeds, one for each.
    pub(super) trials: Vec<super::trial::Attempt>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// One schedule, the process ends as the test ends.
    One,
    /// Many schedules in this process.
    Batch,
    /// Many schedules in this process, with a cancellation each.
    Sweep,
    /// No test: prove that the decisions reach the runtime.
    Canary,
}

/// Which questions may be answered otherwise than plain tokio does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Order of tasks, interruptions of spawned tasks, branches of select!.
    Tasks,
    /// The test body's own future is interrupted too.
    Body,
    /// A timer may fire although tasks can still run.
    Time,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Strategy {
    /// By chance.
    Dice,
    /// By priorities of tasks that change at few steps.
    Priorities,
    /// Three schedules by chance, one by priorities, and so on.
    Mixed,
    /// All schedules, from those nearest to plain tokio on.
    All,
}

static PLAN: OnceLock<Option<Plan>> = OnceLock::new();

pub(super) fn plan() -> Option<&'static Plan> {
    PLAN.get_or_init(|| parse(&std::env::var("POLLUX_EXPLORE").ok()?)).as_ref()
}

fn parse(text: &str) -> Option<Plan> {
    let value = |name: &str| {
        text.split(';').find_map(|part| part.split_once('=').filter(|(key, _)| *key == name)).map(|(_, value)| value)
    };
    let number = |name: &str| value(name).and_then(|v| v.parse::<u64>().ok());
    let mode = match value("mode")? {
        "one" => Mode::One,
        "batch" => Mode::Batch,
        "sweep" => Mode::Sweep,
        "canary" => Mode::Canary,
        _ => return None,
    };
    let text = std::env::var("POLLUX_EXPLORE_SCRIPT").ok().and_then(|path| std::fs::read_to_string(path).ok());
    let trial = number("trial") == Some(1);
    let taken = text.iter().flat_map(|text| text.split_whitespace()).find(|word| word.starts_with('c'));
    Some(Plan {
        mode,
        cancel: value("cancel").or(taken.filter(|_| !trial).map(|word| &word[1..])).and_then(point),
        after: value("after").and_then(point),
        counting: mode == Mode::Sweep || number("counting") == Some(1),
        most: number("most").unwrap_or(u64::from(u32::MAX)) as u32,
        plain: number("plain"),
        aimed: number("aimed") == Some(1),
        patient: has(&text, PATIENT),
        unhurried: number("unhurried") == Some(1) || has(&text, UNHURRIED),
        seed: number("seed").unwrap_or(0),
        count: number("count").unwrap_or(1),
        virtual_time: number("virtual") != Some(0),
        map: number("map") != Some(0),
        phase: match value("phase") {
            Some("body") => Phase::Body,
            Some("time") => Phase::Time,
            _ => Phase::Tasks,
        },
        strategy: match value("strategy") {
            Some("dice") => Strategy::Dice,
            Some("priorities") => Strategy::Priorities,
            Some("all") => Strategy::All,
            _ => Strategy::Mixed,
        },
        depth: number("depth").map_or(3, |depth| depth.min(16) as u32),
        least: number("least").unwrap_or(0),
        polls: number("polls"),
        spare: number("spare").map(std::time::Duration::from_millis),
        time: number("time").map(std::time::Duration::from_millis),
        io: number("io") == Some(1),
        careful: number("careful") == Some(1),
        record: number("record") == Some(1),
        report: number("report"),
        trials: text.iter().filter(|_| trial).flat_map(|text| text.lines()).filter_map(super::trial::Attempt::parse).collect(),
        script: text.as_deref().filter(|_| !trial).and_then(script),
    })
}

/// The word of a script that has timers held back while tasks spin. It answers no question.
pub(super) const PATIENT: &str = "h1";
/// The same of one in which tasks may spin for long before a timer fires.
pub(super) const UNHURRIED: &str = "h2";

/// Whether the word of a script answers no question. What the letter `c` tells is known by a task and a count, not by the order of
/// questions.
pub(super) fn setting(word: &str) -> bool {
    word.starts_with('c') || word == PATIENT || word == UNHURRIED
}

fn has(text: &Option<String>, setting: &str) -> bool {
    text.as_deref().map_or(false, |text| text.split_whitespace().any(|word| word == setting))
}

/// A task and one of its suspensions: `3.2`, or `3.2w` in place of the poll that follows it.
pub(super) fn point(text: &str) -> Option<Point> {
    let (task, nth) = text.split_once('.')?;
    let (nth, woken) = nth.strip_suffix('w').map_or((nth, false), |nth| (nth, true));
    Some(Point { task: task.parse().ok()?, nth: nth.parse().ok()?, woken })
}

/// Decisions are words: a letter for the question, the choice, and for questions that vary the number of ways: `t1/3 b2`.
pub(super) fn script(text: &str) -> Option<Vec<(u8, u32)>> {
    text.split_whitespace()
        .filter(|word| !setting(word))
        .map(|word| {
            let choice = word.get(1..)?.split('/').next()?.parse().ok()?;
            Some((word.as_bytes()[0], choice))
        })
        .collect()
}

impl Plan {
    /// The walk through all schedules, from where an earlier process left it.
    pub(super) fn walk(&self) -> super::choice::Walk {
        let kept = std::env::var("POLLUX_EXPLORE_WALK").ok().and_then(|path| std::fs::read_to_string(path).ok());
        kept.and_then(|text| super::choice::Walk::parse(&text)).unwrap_or_default()
    }
}
