//! Trying again, with a growing pause.

use crate::job::JobError;
use tokio::time::{Duration, sleep};

const FIRST_PAUSE: Duration = Duration::from_millis(2);

/// Calls `attempt` with 0, 1, .. until it succeeds, fails for good, or `times` is used up.
pub async fn with_back_off<T>(times: u32, mut attempt: impl FnMut(u32) -> Result<T, JobError>) -> Result<T, JobError> {
    let mut pause = FIRST_PAUSE;
    for n in 1..times {
        match attempt(n - 1) {
            Err(JobError::Busy) => {
                sleep(pause).await;
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

    #[tokio::test]
    async fn the_last_attempt_decides() {
        let mut calls = 0;
        let result = with_back_off(3, |_| {
            calls += 1;
            Err::<(), _>(JobError::Busy)
        })
        .await;
        assert_eq!(result, Err(JobError::Busy));
        assert_eq!(calls, 3);
    }
}
