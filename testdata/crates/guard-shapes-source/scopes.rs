//! Named guards: scopes, early drops, branches, loops, return paths.

use super::support::{Shared, pause, send, try_send};
use std::sync::Mutex;

pub async fn kept(m: &Mutex<Vec<usize>>) -> usize {
    let mut g = m.lock().unwrap();
    g.push(1);
    pause().await; //~ sync-guard-across-await
    g.len()
}

pub async fn kept_over_two_awaits(m: &Mutex<Vec<usize>>) -> usize {
    let g = m.lock().unwrap();
    pause().await; //~ sync-guard-across-await
    let n = g.len();
    send(n).await //~+ sync-guard-across-await
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

pub async fn dropped_in_one_branch(m: &Mutex<Vec<usize>>, early: bool) {
    let g = m.lock().unwrap();
    if early {
        drop(g);
    }
    pause().await; //~ sync-guard-across-await
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

pub async fn dropped_between_awaits(m: &Mutex<Vec<usize>>) {
    let g = m.lock().unwrap();
    send(g.len()).await; //~ sync-guard-across-await
    drop(g);
    pause().await;
}

pub async fn nested_block(m: &Mutex<Vec<usize>>) {
    {
        let mut g = m.lock().unwrap();
        g.push(1);
    }
    pause().await;
}

pub async fn block_value(m: &Mutex<Vec<usize>>) {
    let n = {
        let g = m.lock().unwrap();
        g.len()
    };
    send(n).await;
}

pub async fn await_inside_nested_block(m: &Mutex<Vec<usize>>) {
    {
        let g = m.lock().unwrap();
        send(g.len()).await; //~ sync-guard-across-await
    }
    pause().await;
}

#[allow(let_underscore_lock)]
pub async fn wildcard(m: &Mutex<Vec<usize>>) {
    let _ = m.lock().unwrap();
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

pub async fn awaits_on_the_early_return(m: &Mutex<Vec<usize>>) -> usize {
    let g = m.lock().unwrap();
    if g.is_empty() {
        pause().await; //~ sync-guard-across-await
        return 0;
    }
    g.len()
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

pub async fn through_a_shared_struct(shared: &Shared) {
    let items = shared.items();
    send(items.len()).await; //~ sync-guard-across-await
}

pub async fn through_a_method_that_lets_go(shared: &Shared) {
    for n in shared.snapshot() {
        send(n).await;
    }
}
