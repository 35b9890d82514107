//@ edition: 2024
//@ only: std
//! Drop flags, equal conditions and emptied options: no path has the guard at the await.

use std::sync::{Mutex, MutexGuard};

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

pub async fn initialised_in_the_other_branch(m: &Mutex<usize>, exclusive: bool) {
    let _g;
    if exclusive {
        _g = m.lock().unwrap();
    } else {
        pause().await;
    }
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

pub async fn option_emptied_by_assignment(m: &Mutex<usize>) {
    let mut g = Some(m.lock().unwrap());
    if let Some(g) = &mut g {
        **g += 1;
    }
    g = None;
    pause().await;
    drop(g);
}

pub async fn option_emptied_by_take(m: &Mutex<usize>) {
    let mut g = Some(m.lock().unwrap());
    drop(g.take());
    pause().await;
    drop(g);
}

pub async fn never_filled(m: &Mutex<usize>, fill: bool) -> usize {
    let mut slot: Option<MutexGuard<'_, usize>> = None;
    pause().await;
    if fill {
        slot = Some(m.lock().unwrap());
    }
    slot.map_or(0, |g| *g)
}

pub async fn forgotten(m: &Mutex<usize>) {
    let g = m.lock().unwrap();
    std::mem::forget(g);
    pause().await;
}

pub async fn remembered_in_a_flag(m: &Mutex<usize>, early: bool) {
    let mut gone = false;
    let g = m.lock().unwrap();
    if early {
        drop(g);
        gone = true;
    }
    if gone {
        pause().await;
    }
}
