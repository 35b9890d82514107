//@ edition: 2024
//@ only: std
//! Guards that the type does not show.

use std::ops::Deref;
use std::sync::Mutex;

async fn pause() {}

async fn send(n: usize) -> usize {
    n
}

fn erased(m: &Mutex<usize>) -> Box<dyn Deref<Target = usize> + '_> {
    Box::new(m.lock().unwrap())
}

pub async fn trait_object(m: &Mutex<usize>) -> usize {
    let g = erased(m);
    pause().await; //~? sync-guard-across-await
    **g
}

pub async fn kept(m: &Mutex<Vec<usize>>) -> usize {
    let mut g = m.lock().unwrap();
    g.push(1);
    pause().await; //~ sync-guard-across-await: `g` (a std mutex guard)
    g.len()
}
