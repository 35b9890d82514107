//@ edition: 2024
//@ only: std
//! Temporaries that end before the await, by the rules of edition 2024.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

pub async fn match_on_a_local(m: &Mutex<Vec<usize>>) {
    let last = m.lock().unwrap().pop();
    match last {
        Some(n) => {
            send(n).await;
        }
        None => pause().await,
    }
}

pub async fn match_arm_condition(m: &Mutex<Vec<usize>>, n: usize) {
    match n {
        n if m.lock().unwrap().contains(&n) => {
            send(n).await;
        }
        _ => pause().await,
    }
}

pub async fn while_let_through_a_local(queue: &Mutex<VecDeque<usize>>) {
    loop {
        let next = queue.lock().unwrap().pop_front();
        let Some(n) = next else { break };
        send(n).await;
    }
}

pub async fn while_condition(queue: &Mutex<VecDeque<usize>>) {
    while queue.lock().unwrap().len() > 1 {
        pause().await;
    }
}

pub async fn for_loop_over_a_bound_clone(m: &Mutex<Vec<usize>>) {
    let items = m.lock().unwrap().clone();
    for n in items {
        send(n).await;
    }
}

pub async fn if_let_else(m: &Mutex<Vec<usize>>) {
    if let Some(n) = m.lock().unwrap().pop() {
        assert!(n < 1000);
    } else {
        pause().await;
    }
}

pub async fn if_let_else_if(m: &Mutex<Vec<usize>>, busy: bool) {
    if let Some(n) = m.lock().unwrap().pop() {
        assert!(n < 1000);
    } else if busy {
        pause().await;
    }
}

pub async fn let_else_temporary(m: &Mutex<Vec<usize>>) {
    let Some(n) = m.lock().unwrap().pop() else {
        pause().await;
        return;
    };
    send(n).await;
}

pub async fn argument_built_before(m: &Mutex<usize>) {
    let future = send(*m.lock().unwrap());
    future.await;
}

pub async fn method_chain_bound_before(names: &Mutex<HashMap<String, usize>>) -> usize {
    let n = names.lock().unwrap().get("a").copied().unwrap_or_default();
    send(n).await
}

pub async fn operand_after_the_await(m: &Mutex<Vec<usize>>) -> usize {
    send(1).await + m.lock().unwrap().len()
}

pub async fn block_tail_as_scrutinee(m: &Mutex<Vec<usize>>) {
    match { m.lock().unwrap().pop() } {
        Some(n) => {
            send(n).await;
        }
        None => {}
    }
}

pub async fn inside_a_sync_closure(m: &Mutex<Vec<usize>>) {
    let len = || m.lock().unwrap().len();
    send(len()).await;
    pause().await;
}

pub async fn format_argument(m: &Mutex<Vec<usize>>) {
    let text = format!("{:?}", m.lock().unwrap());
    send(text.len()).await;
}

pub async fn assigned_through_the_guard(m: &Mutex<usize>) {
    *m.lock().unwrap() = send(1).await;
}
