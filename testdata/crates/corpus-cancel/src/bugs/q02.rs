//! base #782: a call waits for its own receipt among those of others, with a limit. Each receipt of another restarts the limit. The code
//! does not say that the limit is meant for the whole: written alike, it is an idle limit, so it is not reported.

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
                _ = sleep(limit) => return None, //~? select-restarts-future
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
