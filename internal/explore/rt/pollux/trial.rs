//! A trial: decisions that need not fit. What shrinks a witness takes words away and sees whether the test still fails.
//!
//! After the first word that is missing the run asks other questions than before. So each kind of question has its own list: a
//! task that yields once less takes no word away from the choices between tasks. A word that is no way on, or that is not there,
//! is choice 0: what plain tokio would do. The run writes down what it really took.

use super::cancel::Point;
use super::choice::Source;
use super::depart::{self, Departures, Key};
use std::collections::VecDeque;

/// A schedule to try.
pub(super) struct Attempt {
    words: Words,
    /// A task that is cancelled in it.
    pub(super) cancel: Option<Point>,
}

enum Words {
    /// One answer after the other.
    Answers(Vec<(u8, u32)>),
    /// Departures, and where each is taken.
    Departures(Vec<(Key, u32)>),
}

impl Attempt {
    /// Reads a line of answers, or one of departures, which begins with an `@`.
    pub(super) fn parse(line: &str) -> Option<Attempt> {
        let cancel = line.split_whitespace().find(|word| word.starts_with('c')).and_then(|word| super::plan::point(&word[1..]));
        let words = match line.strip_prefix('@') {
            Some(rest) => Words::Departures(rest.split_whitespace().filter(|word| !super::plan::setting(word)).map(depart::parse).collect::<Option<_>>()?),
            None => Words::Answers(super::plan::script(line)?),
        };
        Some(Attempt { words, cancel })
    }

    pub(super) fn source(&self) -> Source {
        match &self.words {
            Words::Answers(words) => Source::Trial(Trial::of(words)),
            Words::Departures(words) => Source::Departures(Departures::of(words)),
        }
    }
}

#[derive(Clone, Default)]
pub(super) struct Trial {
    lists: Vec<(u8, VecDeque<u32>)>,
}

impl Trial {
    pub(super) fn of(words: &[(u8, u32)]) -> Trial {
        let mut trial = Trial::default();
        for (kind, choice) in words {
            match trial.lists.iter_mut().find(|(k, _)| k == kind) {
                Some((_, list)) => list.push_back(*choice),
                None => trial.lists.push((*kind, VecDeque::from([*choice]))),
            }
        }
        trial
    }

    pub(super) fn next(&mut self, kind: u8, ways: u32) -> u32 {
        let list = self.lists.iter_mut().find(|(k, _)| *k == kind);
        list.and_then(|(_, list)| list.pop_front()).filter(|choice| *choice < ways).unwrap_or(0)
    }
}
