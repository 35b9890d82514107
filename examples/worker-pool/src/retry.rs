//! Trying again, with a growing pause.

use crate::job::JobError;
use std::thread;
use std::time::Duration;

const FIRST_PAUSE: Duration = Duration::from_millis(2);

/// Calls `attempt` with 0, 1, .. until it succeeds, fails for good, or `times` is used up.
pub fn with_back_off<T>(times: u32, mut attempt: impl FnMut(u32) -> Result<T, JobError>) -> Result<T, JobError> {
    let mut pause = FIRST_PAUSE;
    for n in 1..times {
        match attempt(n - 1) {
            Err(JobError::Busy) => {
                thread::sleep(pause);
                pause *= 2;
            }
            done => return done,
        }
    }
    attempt(times.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_attempt_decides() {
        let mut calls = 0;
        let result = with_back_off(3, |_| {
            calls += 1;
            Err::<(), _>(JobError::Busy)
        });
        assert_eq!(result, Err(JobError::Busy));
        assert_eq!(calls, 3);
    }
}
