//! Conditions joined to `let` patterns: a form that only this edition has.

use crate::support::{pause, send};
use std::sync::Mutex;

pub async fn chain_body(m: &Mutex<Vec<usize>>) {
    if let Some(n) = m.lock().unwrap().pop()
        && n > 0
    {
        send(n).await; //~ sync-guard-across-await
    }
}

pub async fn chain_else(m: &Mutex<Vec<usize>>) {
    if let Some(n) = m.lock().unwrap().pop()
        && n > 0
    {
        assert!(n < 1000);
    } else {
        pause().await;
    }
}

pub async fn chain_with_a_plain_condition_first(m: &Mutex<Vec<usize>>) {
    if m.lock().unwrap().len() > 1
        && let Some(n) = m.lock().unwrap().pop()
    {
        send(n).await; //~ sync-guard-across-await
    }
}

/// The guard is made in a plain condition, which lets go of it at once.
pub async fn chain_with_only_a_plain_lock(m: &Mutex<Vec<usize>>, next: Option<usize>) {
    if let Some(n) = next
        && m.lock().unwrap().contains(&n)
    {
        send(n).await;
    }
}
