//@ edition: 2024
//@ only: std
//! The guard is gone at every await, though its type is saved by the future or its name is still in scope.

use std::sync::Mutex;

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

async fn try_send(n: usize) -> Result<usize, String> {
    if n > 1000 { Err(format!("{n} is too much")) } else { Ok(n) }
}

pub async fn dropped_early(m: &Mutex<Vec<usize>>) {
    let mut g = m.lock().unwrap();
    g.push(1);
    drop(g);
    pause().await;
}

pub async fn dropped_by_full_path(m: &Mutex<Vec<usize>>) {
    let g = m.lock().unwrap();
    let n = g.len();
    std::mem::drop(g);
    send(n).await;
}

pub async fn dropped_in_both_branches(m: &Mutex<Vec<usize>>, early: bool) {
    let mut g = m.lock().unwrap();
    if early {
        drop(g);
    } else {
        g.push(1);
        drop(g);
    }
    pause().await;
}

pub async fn nested_block(m: &Mutex<Vec<usize>>) {
    {
        let mut g = m.lock().unwrap();
        g.push(1);
    }
    pause().await;
}

#[allow(let_underscore_lock)]
pub async fn wildcard(m: &Mutex<Vec<usize>>) {
    let _ = m.lock().unwrap();
    pause().await;
}

pub async fn shadowed_in_its_block(m: &Mutex<Vec<usize>>) {
    let g = {
        let g = m.lock().unwrap();
        g.len()
    };
    send(g).await;
}

pub async fn statement_temporary(m: &Mutex<Vec<usize>>) {
    let n = m.lock().unwrap().len();
    send(n).await;
    m.lock().unwrap().push(n);
    pause().await;
}

pub async fn returns_before_the_await(m: &Mutex<Vec<usize>>) {
    let g = m.lock().unwrap();
    if g.is_empty() {
        return;
    }
    drop(g);
    pause().await;
}

pub async fn drops_before_the_early_await(m: &Mutex<Vec<usize>>) -> usize {
    let g = m.lock().unwrap();
    if g.is_empty() {
        drop(g);
        pause().await;
        return 0;
    }
    g.len()
}

pub async fn question_mark_before_the_drop(m: &Mutex<Vec<usize>>) -> Result<usize, String> {
    let g = m.lock().map_err(|e| e.to_string())?;
    let first = g.first().copied().ok_or("empty")?;
    drop(g);
    try_send(first).await
}

pub async fn locked_in_each_turn(m: &Mutex<Vec<usize>>) {
    loop {
        let g = m.lock().unwrap();
        if g.len() > 3 {
            break;
        }
        drop(g);
        pause().await;
    }
}

pub async fn locked_again_after_each_await(m: &Mutex<Vec<usize>>) {
    let mut g = m.lock().unwrap();
    while g.len() < 3 {
        drop(g);
        pause().await;
        g = m.lock().unwrap();
        g.push(1);
    }
}

pub async fn two_short_sections(a: &Mutex<usize>) {
    let g = a.lock().unwrap();
    let n = *g;
    drop(g);
    send(n).await;
    let mut g = a.lock().unwrap();
    *g += n;
    drop(g);
    pause().await;
}

pub async fn await_before_the_lock(m: &Mutex<Vec<usize>>) -> usize {
    pause().await;
    let g = m.lock().unwrap();
    g.len()
}
