//! base #782: a call waits for its own receipt among those of others, with a limit. Each receipt of another restarts the limit. What
//! it gets from others it throws away, so the limit is not one for idleness.

use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::sleep;

pub mod buggy {
    use super::*;

    pub async fn send_sync(id: u64, limit: Duration, mut receipts: broadcast::Receiver<u64>) -> Option<u64> {
        loop {
            tokio::select! {
                receipt = receipts.recv() => match receipt {
                    Ok(n) if n == id => return Some(n),
                    Ok(_) => continue,
                    Err(_) => return None,
                },
                _ = sleep(limit) => return None, //~ select-restarts-future
            }
        }
    }
}

pub mod fixed {
    use super::*;

    pub async fn send_sync(id: u64, limit: Duration, mut receipts: broadcast::Receiver<u64>) -> Option<u64> {
        let deadline = sleep(limit);
        tokio::pin!(deadline);
        loop {
            tokio::select! {
                receipt = receipts.recv() => match receipt {
                    Ok(n) if n == id => return Some(n),
                    Ok(_) => continue,
                    Err(_) => return None,
                },
                _ = &mut deadline => return None,
            }
        }
    }
}
