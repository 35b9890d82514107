//! vector #12248: the branch of a watcher takes only `Some(Ok(..))`. Errors vanish, and when the watch has ended the branch is off in every
//! turn: the reflector lives on and learns nothing more.

use futures_util::{Stream, StreamExt};
use std::collections::HashSet;
use std::io;
use std::pin::pin;
use std::time::Duration;
use tokio::time::interval;

pub mod buggy {
    use super::*;

    pub async fn reflect(events: impl Stream<Item = io::Result<u64>>) -> HashSet<u64> {
        let mut events = pin!(events);
        let mut expiry = interval(Duration::from_secs(60));
        let mut known = HashSet::new();
        loop {
            tokio::select! {
                Some(Ok(event)) = events.next() => { //~ select-disabled-branch
                    known.insert(event);
                }
                _ = expiry.tick() => {
                    if known.len() > 1000 {
                        return known;
                    }
                }
            }
        }
    }
}

pub mod fixed {
    use super::*;

    pub async fn reflect(events: impl Stream<Item = io::Result<u64>>) -> HashSet<u64> {
        let mut events = pin!(events);
        let mut expiry = interval(Duration::from_secs(60));
        let mut known = HashSet::new();
        loop {
            tokio::select! {
                event = events.next() => match event {
                    Some(Ok(event)) => drop(known.insert(event)),
                    Some(Err(error)) => println!("watch: {error}"),
                    None => return known,
                },
                _ = expiry.tick() => {
                    if known.len() > 1000 {
                        return known;
                    }
                }
            }
        }
    }
}
