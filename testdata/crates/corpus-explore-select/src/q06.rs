//! Q06: when the sender of a watch is gone, `changed` is an error at once, for ever, and the loop goes round without a pause.

use tokio::time::{Duration, sleep};

/// The process that is looked after.
async fn child(lives: Duration) -> u32 {
    sleep(lives).await;
    0
}

pub mod buggy {
    use super::{Duration, child};
    use tokio::sync::watch;

    /// Looks after a child until it ends or a stop is asked for.
    pub async fn supervise(mut stop: watch::Receiver<bool>, lives: Duration) -> Option<u32> {
        let child = child(lives);
        tokio::pin!(child);
        loop {
            tokio::select! {
                status = &mut child => return Some(status),
                changed = stop.changed() => { //~ error-loop-spins
                    if changed.is_ok() && *stop.borrow() {
                        return None;
                    }
                    continue;
                }
            }
        }
    }
}

pub mod fixed {
    use super::{Duration, child};
    use tokio::sync::watch;

    /// Looks after a child until it ends or a stop is asked for.
    pub async fn supervise(mut stop: watch::Receiver<bool>, lives: Duration) -> Option<u32> {
        let child = child(lives);
        tokio::pin!(child);
        loop {
            let watched = stop.has_changed().is_ok();
            tokio::select! {
                status = &mut child => return Some(status),
                changed = stop.changed(), if watched => {
                    if changed.is_ok() && *stop.borrow() {
                        return None;
                    }
                    continue;
                }
            }
        }
    }
}
