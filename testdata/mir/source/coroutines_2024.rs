//@ edition: 2024
//! What only edition 2024 has: async closures, and its rules for temporaries.

use std::future::Future;
use std::sync::Mutex;

pub async fn ready(n: u32) -> u32 {
    std::future::ready(n).await
}

pub async fn apply<F: AsyncFn(u32) -> u32>(f: F) -> u32 {
    f(1).await + f(2).await
}

pub async fn apply_once(f: impl AsyncFnOnce() -> String) -> usize {
    f().await.len()
}

pub async fn async_closures(s: String) -> u32 {
    let mut total = 0;
    let mut add = async |n: u32| {
        total += ready(n).await;
        total
    };
    add(1).await;
    add(2).await;
    apply(async |n| ready(n).await + 1).await + apply_once(async move || s).await as u32
}

pub fn captures_all<'a>(s: &'a str, n: &u32) -> impl Future<Output = usize> + use<'a> {
    let n = *n as usize;
    async move { s.len() + ready(n as u32).await as usize }
}

pub async fn tail_temporary(m: &Mutex<u32>) -> u32 {
    let n = { *m.lock().unwrap() };
    ready(n).await
}

pub async fn if_let_else(m: &Mutex<Option<u32>>) -> u32 {
    if let Some(n) = *m.lock().unwrap() {
        n
    } else {
        ready(0).await
    }
}

pub async fn let_chain(o: Option<u32>) -> u32 {
    if let Some(n) = o
        && ready(n).await > 3
        && let m = ready(n + 1).await
    {
        m
    } else {
        0
    }
}
