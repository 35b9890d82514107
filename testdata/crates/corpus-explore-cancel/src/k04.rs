//! K04: a state is replaced by a placeholder, something is awaited, and the state is put back. Cancelled in between, the
//! placeholder stays.

/// How far an update has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Running(u32),
    Done,
    Invalid,
}

impl State {
    fn next(self) -> State {
        match self {
            State::Waiting => State::Running(1),
            State::Running(n) if n < 3 => State::Running(n + 1),
            State::Running(_) | State::Done => State::Done,
            State::Invalid => panic!("an update is in an invalid state"),
        }
    }
}

pub mod buggy {
    use super::State;
    use tokio::sync::{Mutex, mpsc};

    pub struct Tracker {
        state: Mutex<State>,
        reports: mpsc::Sender<State>,
    }

    impl Tracker {
        pub fn new(reports: mpsc::Sender<State>) -> Self {
            Tracker { state: Mutex::new(State::Waiting), reports }
        }

        /// Takes note of a report from a machine: its request may be given up at any time.
        pub async fn report_progress(&self) -> State {
            let mut state = self.state.lock().await;
            let next = std::mem::replace(&mut *state, State::Invalid).next();
            let _ = self.reports.send(next.clone()).await;
            *state = next.clone();
            next
        }
    }
}

pub mod fixed {
    use super::State;
    use std::sync::Mutex;
    use tokio::sync::mpsc;

    pub struct Tracker {
        state: Mutex<State>,
        reports: mpsc::Sender<State>,
    }

    impl Tracker {
        pub fn new(reports: mpsc::Sender<State>) -> Self {
            Tracker { state: Mutex::new(State::Waiting), reports }
        }

        /// Takes note of a report from a machine: its request may be given up at any time.
        pub async fn report_progress(&self) -> State {
            let next = {
                let mut state = self.state.lock().unwrap();
                let next = state.clone().next();
                *state = next.clone();
                next
            };
            let _ = self.reports.send(next.clone()).await;
            next
        }
    }
}
