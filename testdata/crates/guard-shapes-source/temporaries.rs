//! Guards without a name: temporaries of scrutinees, loop heads, arguments and block tails.

use super::support::{pause, send};
use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

pub async fn match_scrutinee(m: &Mutex<Vec<usize>>) {
    match m.lock().unwrap().pop() {
        Some(n) => {
            send(n).await; //~ sync-guard-across-await
        }
        None => pause().await, //~+ sync-guard-across-await
    }
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

pub async fn while_let(queue: &Mutex<VecDeque<usize>>) {
    while let Some(n) = queue.lock().unwrap().pop_front() {
        send(n).await; //~ sync-guard-across-await
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

pub async fn if_condition(m: &Mutex<Vec<usize>>) {
    if m.lock().unwrap().is_empty() {
        pause().await;
    }
}

pub async fn for_loop_head(m: &Mutex<Vec<usize>>) {
    for n in m.lock().unwrap().iter() {
        send(*n).await; //~ sync-guard-across-await
    }
}

pub async fn for_loop_over_a_clone(m: &Mutex<Vec<usize>>) {
    for n in m.lock().unwrap().clone() {
        send(n).await; //~ sync-guard-across-await
    }
}

pub async fn for_loop_over_a_bound_clone(m: &Mutex<Vec<usize>>) {
    let items = m.lock().unwrap().clone();
    for n in items {
        send(n).await;
    }
}

pub async fn for_loop_over_drained_items(m: &Mutex<Vec<usize>>) {
    let drained: Vec<usize> = m.lock().unwrap().drain(..).collect();
    for n in drained {
        send(n).await;
    }
}

pub async fn if_let_body(m: &Mutex<Vec<usize>>) {
    if let Some(n) = m.lock().unwrap().pop() {
        send(n).await; //~ sync-guard-across-await
    }
}

pub async fn if_let_else(m: &Mutex<Vec<usize>>) {
    if let Some(n) = m.lock().unwrap().pop() {
        assert!(n < 1000);
    } else {
        pause().await; //~2021 sync-guard-across-await
    }
}

pub async fn if_let_else_if(m: &Mutex<Vec<usize>>, busy: bool) {
    if let Some(n) = m.lock().unwrap().pop() {
        assert!(n < 1000);
    } else if busy {
        pause().await; //~2021 sync-guard-across-await
    }
}

pub async fn if_let_with_a_bound_scrutinee(m: &Mutex<Vec<usize>>) {
    let last = m.lock().unwrap().pop();
    if let Some(n) = last {
        send(n).await;
    } else {
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

pub async fn argument_of_the_call(m: &Mutex<usize>) {
    send(*m.lock().unwrap()).await; //~ sync-guard-across-await
}

pub async fn argument_built_before(m: &Mutex<usize>) {
    let future = send(*m.lock().unwrap());
    future.await;
}

pub async fn end_of_a_method_chain(names: &Mutex<HashMap<String, usize>>) -> usize {
    names.lock().unwrap().get("a").copied().map(send).unwrap().await //~ sync-guard-across-await
}

pub async fn method_chain_bound_before(names: &Mutex<HashMap<String, usize>>) -> usize {
    let n = names.lock().unwrap().get("a").copied().unwrap_or_default();
    send(n).await
}

pub async fn operand_beside_the_await(m: &Mutex<Vec<usize>>) -> usize {
    m.lock().unwrap().len() + send(1).await //~ sync-guard-across-await
}

pub async fn operand_after_the_await(m: &Mutex<Vec<usize>>) -> usize {
    send(1).await + m.lock().unwrap().len()
}

#[allow(unused_braces)]
pub async fn block_tail_as_argument(m: &Mutex<usize>) {
    send({ *m.lock().unwrap() }).await; //~2021 sync-guard-across-await
}

pub async fn block_tail_as_scrutinee(m: &Mutex<Vec<usize>>) {
    match { m.lock().unwrap().pop() } {
        Some(n) => {
            send(n).await; //~2021 sync-guard-across-await
        }
        None => {}
    }
}

pub async fn block_tail_as_if_let(m: &Mutex<Vec<usize>>) {
    if let Some(n) = { m.lock().unwrap().pop() } {
        send(n).await; //~2021 sync-guard-across-await
    }
}

pub async fn block_with_a_local_as_scrutinee(m: &Mutex<Vec<usize>>) {
    match {
        let last = m.lock().unwrap().pop();
        last
    } {
        Some(n) => {
            send(n).await;
        }
        None => pause().await,
    }
}

pub async fn block_tail_in_a_let(m: &Mutex<Vec<usize>>) {
    let n = { m.lock().unwrap().len() };
    send(n).await;
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

pub async fn extended_temporary(m: &Mutex<Vec<usize>>) -> usize {
    let items = &*m.lock().unwrap();
    pause().await; //~ sync-guard-across-await
    items.len()
}

pub async fn assigned_through_the_guard(m: &Mutex<usize>) {
    *m.lock().unwrap() = send(1).await;
}

pub async fn added_through_the_guard(m: &Mutex<usize>) {
    let n = send(1).await;
    *m.lock().unwrap() += n;
}
