//! K25: each turn of a loop receives beside a delay, and asks beforehand whether the delay is over. When both are ready and
//! the delay wins, a message that was taken out is dropped.

use tokio::sync::mpsc;
use tokio::time::{Duration, Instant};

/// Takes a message and has it verified.
async fn next_message(messages: &mut mpsc::Receiver<u32>, verified: &tokio::sync::Semaphore) -> Option<u32> {
    let message = messages.recv().await?;
    let _turn = verified.acquire().await.ok()?;
    Some(message)
}

pub mod buggy {
    use super::{Duration, Instant, mpsc, next_message};
    use tokio::sync::Semaphore;

    /// Handles messages until the time of the phase is over, and then those that are still there.
    pub async fn phase(messages: &mut mpsc::Receiver<u32>, time: Duration) -> Vec<u32> {
        let (mut handled, verified) = (Vec::new(), Semaphore::new(1));
        let end = Instant::now() + time;
        let delay = tokio::time::sleep_until(end);
        tokio::pin!(delay);
        while !delay.is_elapsed() {
            tokio::select! {
                () = &mut delay => break,
                message = next_message(messages, &verified) => match message {
                    Some(message) => handled.push(message),
                    None => return handled,
                },
            }
        }
        while let Ok(message) = messages.try_recv() {
            handled.push(message);
        }
        handled
    }
}

pub mod fixed {
    use super::{Duration, Instant, mpsc};
    use tokio::sync::Semaphore;

    /// Handles messages until the time of the phase is over, and then those that are still there.
    pub async fn phase(messages: &mut mpsc::Receiver<u32>, time: Duration) -> Vec<u32> {
        let (mut handled, verified) = (Vec::new(), Semaphore::new(1));
        let delay = tokio::time::sleep_until(Instant::now() + time);
        tokio::pin!(delay);
        loop {
            let message = tokio::select! {
                () = &mut delay => break,
                message = messages.recv() => message,
            };
            let Some(message) = message else { return handled };
            let _turn = verified.acquire().await;
            handled.push(message);
        }
        while let Ok(message) = messages.try_recv() {
            handled.push(message);
        }
        handled
    }
}
