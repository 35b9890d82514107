//@ edition: 2024
//@ only: std
//! On some paths the guard is alive, on others not.

use std::sync::{Mutex, MutexGuard};

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

pub async fn taken_under_a_flag(m: &Mutex<usize>, exclusive: bool) -> usize {
    let g = if exclusive { Some(m.lock().unwrap()) } else { None };
    pause().await; //~ sync-guard-across-await: `g` (which can hold a std mutex guard) may be held
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

pub async fn refilled_in_a_loop(m: &Mutex<usize>) -> usize {
    let mut slot: Option<MutexGuard<'_, usize>> = None;
    for _ in 0..2 {
        pause().await; //~ sync-guard-across-await
        slot = Some(m.lock().unwrap());
    }
    slot.map_or(0, |g| *g)
}

pub async fn option_taken_and_kept(m: &Mutex<usize>) -> usize {
    let mut slot = Some(m.lock().unwrap());
    let g = slot.take();
    pause().await; //~ sync-guard-across-await
    g.map_or(0, |g| *g)
}
