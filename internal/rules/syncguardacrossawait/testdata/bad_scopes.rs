//@ edition: 2024
//@ only: std
//! A named guard that is alive at an await.

use std::sync::Mutex;

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

async fn try_send(n: usize) -> Result<usize, String> {
    if n > 1000 { Err(format!("{n} is too much")) } else { Ok(n) }
}

pub async fn kept(m: &Mutex<Vec<usize>>) -> usize {
    let mut g = m.lock().unwrap();
    g.push(1);
    pause().await; //~ sync-guard-across-await(error): `g` (a std mutex guard) is held while this await is pending
    g.len()
}

pub async fn kept_over_two_awaits(m: &Mutex<Vec<usize>>) -> usize {
    let g = m.lock().unwrap();
    pause().await; //~ sync-guard-across-await
    let n = g.len();
    send(n).await //~+ sync-guard-across-await
}

pub async fn dropped_in_one_branch(m: &Mutex<Vec<usize>>, early: bool) {
    let g = m.lock().unwrap();
    if early {
        drop(g);
    }
    pause().await; //~ sync-guard-across-await: `g` (a std mutex guard) may be held while this await is pending
}

pub async fn dropped_between_awaits(m: &Mutex<Vec<usize>>) {
    let g = m.lock().unwrap();
    send(g.len()).await; //~ sync-guard-across-await
    drop(g);
    pause().await;
}

pub async fn await_inside_nested_block(m: &Mutex<Vec<usize>>) {
    {
        let g = m.lock().unwrap();
        send(g.len()).await; //~ sync-guard-across-await
    }
    pause().await;
}

pub async fn underscore_name(m: &Mutex<Vec<usize>>) {
    let _g = m.lock().unwrap();
    pause().await; //~ sync-guard-across-await
}

pub async fn shadowed_by_a_number(m: &Mutex<Vec<usize>>) {
    let g = m.lock().unwrap();
    let g = g.len();
    send(g).await; //~ sync-guard-across-await
}

pub async fn awaits_on_the_early_return(m: &Mutex<Vec<usize>>) -> usize {
    let g = m.lock().unwrap();
    if g.is_empty() {
        pause().await; //~ sync-guard-across-await
        return 0;
    }
    g.len()
}

pub async fn question_mark_on_the_await(m: &Mutex<Vec<usize>>) -> Result<usize, String> {
    let mut g = m.lock().map_err(|e| e.to_string())?;
    let n = try_send(g.len()).await?; //~ sync-guard-across-await
    g.push(n);
    Ok(n)
}

pub async fn let_else(m: &Mutex<Vec<usize>>) -> usize {
    let Ok(g) = m.lock() else {
        pause().await;
        return 0;
    };
    send(g.len()).await //~ sync-guard-across-await
}

pub async fn held_around_a_loop(m: &Mutex<Vec<usize>>) {
    let mut g = m.lock().unwrap();
    for n in 0..3 {
        g.push(n);
        pause().await; //~ sync-guard-across-await
    }
}

pub async fn locked_again_before_the_await(m: &Mutex<Vec<usize>>) {
    let mut g = m.lock().unwrap();
    while g.len() < 3 {
        drop(g);
        g = m.lock().unwrap();
        pause().await; //~ sync-guard-across-await
    }
}

pub async fn second_lock_kept(a: &Mutex<usize>, b: &Mutex<usize>) {
    let first = a.lock().unwrap();
    let n = *first;
    drop(first);
    let mut second = b.lock().unwrap();
    *second += n;
    pause().await; //~ sync-guard-across-await
}

pub async fn break_with_the_guard(m: &Mutex<Vec<usize>>) {
    let g = loop {
        let g = m.lock().unwrap();
        if !g.is_empty() {
            break g;
        }
        drop(g);
        pause().await;
    };
    send(g.len()).await; //~ sync-guard-across-await
}
