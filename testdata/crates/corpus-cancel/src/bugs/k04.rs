//! omicron #3579: a progress reporter takes the state out of a lock and leaves a placeholder, sends a notice, and puts the new state back.
//! Dropped while it waits for room in the channel, the placeholder stays, and every later report fails.

use std::mem;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;

#[derive(Debug)]
pub enum Notice {
    Started,
    Step(u32),
}

pub mod buggy {
    use super::*;

    pub enum Upload {
        Waiting(mpsc::Sender<Notice>),
        Running(mpsc::Sender<Notice>),
        Invalid,
    }

    pub struct Tracker {
        pub state: Mutex<Upload>,
    }

    impl Tracker {
        pub async fn report(&self, step: u32) -> bool {
            let mut state = self.state.lock().await;
            match mem::replace(&mut *state, Upload::Invalid) {
                Upload::Waiting(sender) => {
                    let _ = sender.send(Notice::Started).await; //~ cancel-torn-state
                    *state = Upload::Running(sender);
                    true
                }
                Upload::Running(sender) => {
                    let _ = sender.send(Notice::Step(step)).await; //~+ cancel-torn-state
                    *state = Upload::Running(sender);
                    true
                }
                Upload::Invalid => false,
            }
        }
    }

    pub async fn handle(tracker: &Tracker, step: u32) -> bool {
        timeout(Duration::from_secs(1), tracker.report(step)).await.unwrap_or(false)
    }
}

pub mod fixed {
    use super::*;
    use std::sync;

    pub enum Upload {
        Waiting(mpsc::UnboundedSender<Notice>),
        Running(mpsc::UnboundedSender<Notice>),
        Invalid,
    }

    pub struct Tracker {
        pub state: sync::Mutex<Upload>,
    }

    impl Tracker {
        pub async fn report(&self, step: u32) -> bool {
            tokio::task::yield_now().await;
            let mut state = self.state.lock().unwrap();
            match mem::replace(&mut *state, Upload::Invalid) {
                Upload::Waiting(sender) => {
                    let _ = sender.send(Notice::Started);
                    *state = Upload::Running(sender);
                    true
                }
                Upload::Running(sender) => {
                    let _ = sender.send(Notice::Step(step));
                    *state = Upload::Running(sender);
                    true
                }
                Upload::Invalid => false,
            }
        }
    }

    pub async fn handle(tracker: &Tracker, step: u32) -> bool {
        timeout(Duration::from_secs(1), tracker.report(step)).await.unwrap_or(false)
    }
}
