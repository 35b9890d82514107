//! Departures from plain tokio, each with where it is taken. A list of decisions says what was answered to one question after
//! the other, and when one of them is taken back all later ones answer other questions. A departure is told by the poll that it
//! belongs to, "when task 3 is polled for the fifth time, interrupt it at its second use", so that it means the same in a run
//! in which others are left out. What shrinks a witness leaves out departures; the run writes down what it really took.

use super::run::Run;
use std::collections::BTreeMap;

/// Where a question is asked: its kind, a task, how often that had suspended, and how often the question was asked since.
pub(super) type Key = (u8, u32, u32, u32);

/// What is known of the place of the next question.
#[derive(Default)]
pub(super) struct Place {
    /// The last poll that ended: its task, and how often that had suspended before.
    last: (u32, u32),
    /// Questions asked since then, or since the present poll began: by kind.
    asked: [u32; 5],
    /// Those with another answer than plain tokio's. Of a choice between tasks the answer is the task.
    pub(super) taken: Vec<(Key, u32)>,
}

/// The kinds of questions in the order of Place::asked.
const KINDS: [u8; 5] = *b"tifsb";

/// Departures to take.
#[derive(Default)]
pub(super) struct Departures(BTreeMap<Key, u32>);

impl Departures {
    /// Reads words such as `b@3.4.0=2`.
    pub(super) fn of(words: &[(Key, u32)]) -> Departures {
        Departures(words.iter().copied().collect())
    }

    pub(super) fn at(&self, key: Key) -> Option<u32> {
        self.0.get(&key).copied()
    }
}

pub(super) fn parse(word: &str) -> Option<(Key, u32)> {
    let (kind, rest) = word.split_once('@')?;
    let (place, answer) = rest.split_once('=')?;
    let mut numbers = place.split('.').map(str::parse::<u32>);
    let mut next = || numbers.next()?.ok();
    Some(((*kind.as_bytes().first()?, next()?, next()?, next()?), answer.parse().ok()?))
}

pub(super) fn print((kind, task, nth, since): Key, answer: u32) -> String {
    format!("{}@{task}.{nth}.{since}={answer}", char::from(kind))
}

impl Run {
    /// The place of the question that is asked now.
    pub(super) fn place(&mut self, kind: u8) -> Key {
        let at = KINDS.iter().position(|k| *k == kind).unwrap_or(0);
        let since = self.place.asked[at];
        self.place.asked[at] += 1;
        let (task, nth) = match kind {
            b'b' | b's' => (self.current, self.cancel.suspensions(self.current)),
            _ => self.place.last,
        };
        (kind, task, nth, since)
    }

    pub(super) fn departs(&mut self, key: Key, answer: u32) {
        if self.plan.record {
            self.place.taken.push((key, answer));
        }
    }

    /// A poll begins.
    pub(super) fn place_in(&mut self) {
        self.place.asked[3] = 0;
        self.place.asked[4] = 0;
    }

    /// A poll has ended.
    pub(super) fn place_after(&mut self, task: u32) {
        self.place.last = (task, self.cancel.suspensions(task));
        self.place.asked = [0; 5];
    }
}
