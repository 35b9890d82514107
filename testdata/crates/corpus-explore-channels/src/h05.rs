//! H05: who passes a gate waits on a semaphore that belongs to the gate's state. When the state changes, the old semaphore is
//! dropped by the gate, and the waiter keeps it alive and waits on.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// What a gate lets through.
#[derive(Clone, Debug)]
pub enum State {
    Open,
    Limited(Arc<Semaphore>),
    Shut,
}

#[derive(Clone)]
pub struct Rx(watch::Receiver<State>);

impl Rx {
    /// Waits until the gate lets one through; None when there is no gate any more.
    pub async fn acquire(&mut self) -> Option<Option<OwnedSemaphorePermit>> {
        loop {
            let state = self.0.borrow_and_update().clone();
            match state {
                State::Open => return Some(None),
                State::Shut => self.0.changed().await.ok()?,
                State::Limited(limit) => match limit.acquire_owned().await {
                    Ok(permit) => return Some(Some(permit)),
                    Err(_closed) => continue,
                },
            }
        }
    }
}

pub mod buggy {
    use super::{Arc, Rx, Semaphore, State, watch};

    pub struct Gate {
        state: watch::Sender<State>,
    }

    pub fn gate() -> (Gate, Rx) {
        let (state, changes) = watch::channel(State::Shut);
        (Gate { state }, Rx(changes))
    }

    impl Gate {
        pub fn open(&self) {
            self.state.send_replace(State::Open);
        }

        pub fn shut(&self) {
            self.state.send_replace(State::Shut);
        }

        /// Lets `permits` through at a time.
        pub fn limit(&self, permits: usize) -> Arc<Semaphore> {
            let limit = Arc::new(Semaphore::new(permits));
            self.state.send_replace(State::Limited(limit.clone()));
            limit
        }
    }
}

pub mod fixed {
    use super::{Arc, Rx, Semaphore, State, watch};

    pub struct Gate {
        state: watch::Sender<State>,
    }

    pub fn gate() -> (Gate, Rx) {
        let (state, changes) = watch::channel(State::Shut);
        (Gate { state }, Rx(changes))
    }

    impl Gate {
        fn change(&self, state: State) {
            if let State::Limited(old) = self.state.send_replace(state) {
                old.close();
            }
        }

        pub fn open(&self) {
            self.change(State::Open);
        }

        pub fn shut(&self) {
            self.change(State::Shut);
        }

        /// Lets `permits` through at a time.
        pub fn limit(&self, permits: usize) -> Arc<Semaphore> {
            let limit = Arc::new(Semaphore::new(permits));
            self.change(State::Limited(limit.clone()));
            limit
        }
    }
}
