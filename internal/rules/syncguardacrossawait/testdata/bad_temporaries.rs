//@ edition: 2021
//@ only: std
//! Temporaries of scrutinees, loop heads, arguments and block tails, by the rules of edition 2021.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

pub async fn match_scrutinee(m: &Mutex<Vec<usize>>) {
    match m.lock().unwrap().pop() {
        Some(n) => {
            send(n).await; //~ sync-guard-across-await: a std mutex guard in a temporary is held
        }
        None => pause().await, //~+ sync-guard-across-await
    }
}

pub async fn while_let(queue: &Mutex<VecDeque<usize>>) {
    while let Some(n) = queue.lock().unwrap().pop_front() {
        send(n).await; //~ sync-guard-across-await
    }
}

pub async fn for_loop_head(m: &Mutex<Vec<usize>>) {
    for n in m.lock().unwrap().iter() {
        send(*n).await; //~ sync-guard-across-await
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
        pause().await; //~ sync-guard-across-await
    }
}

pub async fn if_let_else_if(m: &Mutex<Vec<usize>>, busy: bool) {
    if let Some(n) = m.lock().unwrap().pop() {
        assert!(n < 1000);
    } else if busy {
        pause().await; //~ sync-guard-across-await
    }
}

pub async fn argument_of_the_call(m: &Mutex<usize>) {
    send(*m.lock().unwrap()).await; //~ sync-guard-across-await
}

pub async fn end_of_a_method_chain(names: &Mutex<HashMap<String, usize>>) -> usize {
    names.lock().unwrap().get("a").copied().map(send).unwrap().await //~ sync-guard-across-await
}

pub async fn operand_beside_the_await(m: &Mutex<Vec<usize>>) -> usize {
    m.lock().unwrap().len() + send(1).await //~ sync-guard-across-await
}

#[allow(unused_braces)]
pub async fn block_tail_as_argument(m: &Mutex<usize>) {
    send({ *m.lock().unwrap() }).await; //~ sync-guard-across-await
}

pub async fn block_tail_as_scrutinee(m: &Mutex<Vec<usize>>) {
    match { m.lock().unwrap().pop() } {
        Some(n) => {
            send(n).await; //~ sync-guard-across-await
        }
        None => {}
    }
}

pub async fn extended_temporary(m: &Mutex<Vec<usize>>) -> usize {
    let items = &*m.lock().unwrap();
    pause().await; //~ sync-guard-across-await
    items.len()
}
