//@ edition: 2021
//! Guards that are alive, or not, where a future is suspended. The comment on an await names the guards that are held there:
//! `must` on every path, `may` on some, nothing when none is.
//! What follows a semicolon says where that is less than the truth.

use std::sync::{Arc, Mutex, MutexGuard};

pub async fn pause() {
    std::future::ready(()).await
}

pub async fn across(m: &Mutex<u32>) -> u32 {
    let guard = m.lock().unwrap();
    pause().await; // must guard
    *guard
}

pub async fn dropped_first(m: &Mutex<u32>) {
    let guard = m.lock().unwrap();
    drop(guard);
    pause().await; //
}

pub async fn in_scope(m: &Mutex<u32>) {
    {
        let mut guard = m.lock().unwrap();
        *guard += 1;
    }
    pause().await; //
}

pub async fn on_one_path(m: &Mutex<u32>, keep: bool) {
    let guard = m.lock().unwrap();
    if !keep {
        drop(guard);
    }
    pause().await; // may guard
}

pub async fn correlated(m: &Mutex<u32>, early: bool) {
    let guard = m.lock().unwrap();
    if early {
        drop(guard);
    }
    if early {
        pause().await; //
    }
}

pub async fn correlated_kept(m: &Mutex<u32>, early: bool) {
    let guard = m.lock().unwrap();
    if early {
        drop(guard);
    }
    if !early {
        pause().await; // must guard
    }
}

pub async fn taken_on_one_path(m: &Mutex<u32>, want: bool) {
    let guard;
    if want {
        guard = m.lock().unwrap();
        pause().await; // must guard
        let _ = *guard;
    }
    pause().await; // may guard
}

pub async fn refined_some(m: &Mutex<u32>, want: bool) {
    let slot = if want { Some(m.lock().unwrap()) } else { None };
    if slot.is_some() {
        pause().await; // may slot
    } else {
        pause().await; //
    }
    drop(slot);
}

pub async fn refined_match(m: &Mutex<u32>) {
    match m.try_lock() {
        Ok(guard) => {
            pause().await; // must guard
            drop(guard);
        }
        Err(_) => pause().await, //
    }
}

pub async fn refined_option(m: &Mutex<u32>, want: bool) {
    let slot = if want { Some(m.lock().unwrap()) } else { None };
    match slot {
        Some(guard) => {
            pause().await; // may guard; must, in truth: the variant that is there is not taken for its part being there
            drop(guard);
        }
        None => pause().await, //
    }
}

pub async fn scoped_on_one_path(m: &Mutex<u32>, want: bool) {
    {
        let guard;
        if want {
            guard = m.lock().unwrap();
            println!("{}", *guard);
        }
    }
    pause().await; //
}

pub async fn scoped_across(m: &Mutex<u32>, want: bool) {
    {
        let guard;
        if want {
            guard = m.lock().unwrap();
            println!("{}", *guard);
        }
        pause().await; // may guard
    }
    pause().await; //
}

pub async fn released_on_one_path(m: &Mutex<u32>, early: bool) {
    {
        let guard = m.lock().unwrap();
        if early {
            drop(guard);
        }
    }
    pause().await; //
}

pub async fn passed_through(m: &Mutex<u32>) {
    let guard = m.lock().unwrap();
    let same = std::convert::identity(guard);
    pause().await; // must same
    drop(same);
}

pub async fn second_turn(m: &Mutex<u32>) {
    let mut kept = None;
    loop {
        if kept.is_some() {
            pause().await; // may kept
            break;
        }
        kept = Some(m.lock().unwrap());
    }
    drop(kept);
    pause().await; //
}

pub async fn always_none() {
    let slot: Option<MutexGuard<'static, u32>> = None;
    pause().await; //
    drop(slot);
}

pub async fn moved_away(m: &Mutex<u32>) {
    let guard = m.lock().unwrap();
    let again = guard;
    pause().await; // must again
    drop(again);
}

pub async fn in_tuple(m: &Mutex<u32>) {
    let guard = m.lock().unwrap();
    let pair = (1, guard);
    pause().await; // must pair
    drop(pair);
    pause().await; //
}

pub async fn in_collection(m: &Mutex<u32>, n: &Mutex<u32>) {
    let mut list = Vec::new();
    pause().await; //
    list.push(m.lock().unwrap());
    pause().await; // may list
    list.push(n.lock().unwrap());
    drop(list);
    pause().await; //
}

pub async fn temporary(m: &Mutex<Vec<u32>>) {
    for _n in m.lock().unwrap().iter() {
        pause().await; // must _
    }
    pause().await; //
}

pub async fn value_only(m: &Mutex<u32>) {
    let n = *m.lock().unwrap();
    pause().await; //
    let _ = n;
}

pub async fn in_loop(m: &Mutex<u32>) {
    for _ in 0..3 {
        let guard = m.lock().unwrap();
        drop(guard);
        pause().await; //
    }
}

pub async fn carried_round(m: &Mutex<u32>) {
    let mut last = None;
    for _ in 0..3 {
        pause().await; // may last
        last = Some(m.lock().unwrap());
    }
    drop(last);
}

pub async fn capture(guard: MutexGuard<'_, u32>) -> u32 {
    pause().await; // must guard
    *guard
}

pub async fn in_block(m: Arc<Mutex<u32>>) {
    let f = async {
        let guard = m.lock().unwrap();
        pause().await; // must guard
        drop(guard);
    };
    f.await; //
}

pub async fn returned_early(m: &Mutex<u32>, stop: bool) {
    let guard = m.lock().unwrap();
    if stop {
        return;
    }
    drop(guard);
    pause().await; //
}

pub async fn behind_reference(guard: &mut MutexGuard<'_, u32>) {
    pause().await; //
    **guard += 1;
}

pub async fn lent_option(m: &Mutex<u32>) {
    let mut slot = Some(m.lock().unwrap());
    release(&mut slot);
    pause().await; //
}

fn release<T>(slot: &mut Option<T>) {
    slot.take();
}
