//! Guards that are there on some paths only. A guard that may be held is reported.

use super::support::{pause, send};
use std::sync::{Mutex, MutexGuard};

pub async fn taken_under_a_flag(m: &Mutex<usize>, exclusive: bool) -> usize {
    let g = if exclusive { Some(m.lock().unwrap()) } else { None };
    pause().await; //~ sync-guard-across-await
    g.map_or(0, |g| *g)
}

pub async fn taken_by_then(m: &Mutex<usize>, exclusive: bool) -> usize {
    let g = exclusive.then(|| m.lock().unwrap());
    pause().await; //~ sync-guard-across-await
    g.map_or(0, |g| *g)
}

pub async fn initialised_late(m: &Mutex<usize>, exclusive: bool) {
    let _g;
    if exclusive {
        _g = m.lock().unwrap();
    }
    pause().await; //~ sync-guard-across-await
}

pub async fn initialised_in_the_other_branch(m: &Mutex<usize>, exclusive: bool) {
    let _g;
    if exclusive {
        _g = m.lock().unwrap();
    } else {
        pause().await;
    }
}

pub async fn dropped_in_a_match_arm(m: &Mutex<usize>, mode: u8) {
    let g = m.lock().unwrap();
    match mode {
        0 => drop(g),
        1 => {
            drop(g);
            pause().await;
        }
        _ => {
            send(*g).await; //~ sync-guard-across-await
        }
    }
    pause().await; //~+ sync-guard-across-await
}

pub async fn dropped_under_one_of_two_conditions(m: &Mutex<usize>, a: bool, b: bool) {
    let g = m.lock().unwrap();
    if a {
        drop(g);
    } else if b {
        drop(g);
    }
    pause().await; //~ sync-guard-across-await
}

/// The same condition decides the drop and the await.
pub async fn same_condition_twice(m: &Mutex<usize>, slow: bool) -> usize {
    let g = m.lock().unwrap();
    let n = *g;
    if slow {
        drop(g);
    }
    if slow { send(n).await } else { n }
}

pub async fn refilled_in_a_loop(m: &Mutex<usize>) -> usize {
    let mut slot: Option<MutexGuard<'_, usize>> = None;
    for _ in 0..2 {
        pause().await; //~ sync-guard-across-await
        slot = Some(m.lock().unwrap()); //~ async-relock
    }
    slot.map_or(0, |g| *g)
}

pub async fn diverging_branch(m: &Mutex<usize>, stop: bool) -> usize {
    let g = m.lock().unwrap();
    if stop {
        return *g;
    }
    drop(g);
    pause().await;
    0
}

pub async fn panicking_branch(m: &Mutex<usize>) {
    let g = m.lock().unwrap();
    assert!(*g < 10, "too many");
    drop(g);
    pause().await;
}
