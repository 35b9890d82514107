//! No schedule makes one of these run without end.

use explore_spins_sound::{count_to, look_again};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

#[tokio::test]
async fn a_flag_that_another_task_sets() {
    let there = Arc::new(AtomicBool::new(false));
    let set = there.clone();
    let looking = tokio::spawn(look_again(there));
    tokio::spawn(async move { set.store(true, SeqCst) }).await.unwrap();
    looking.await.unwrap();
}

#[tokio::test]
async fn a_flag_that_a_timer_sets() {
    let there = Arc::new(AtomicBool::new(false));
    let set = there.clone();
    let looking = tokio::spawn(look_again(there));
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(30)).await;
        set.store(true, SeqCst);
    });
    looking.await.unwrap();
}

#[tokio::test]
async fn a_flag_that_a_blocking_call_sets() {
    let there = Arc::new(AtomicBool::new(false));
    let set = there.clone();
    tokio::task::spawn_blocking(move || {
        std::thread::sleep(Duration::from_millis(20));
        set.store(true, SeqCst);
    });
    tokio::spawn(look_again(there)).await.unwrap();
}

#[tokio::test]
async fn a_long_count() {
    let count = Arc::new(AtomicU32::new(0));
    let tasks: Vec<_> = (0..2).map(|_| tokio::spawn(count_to(10_000, count.clone()))).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn many_messages() {
    let (to, mut from) = mpsc::channel(1);
    tokio::spawn(async move {
        for n in 0..20_000u32 {
            to.send(n).await.unwrap();
        }
    });
    let mut sum = 0u64;
    while let Some(n) = from.recv().await {
        sum += u64::from(n);
    }
    assert_eq!(sum, 19_999 * 10_000);
}

#[tokio::test]
async fn many_signals() {
    let (ping, pong) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (heard, said) = (ping.clone(), pong.clone());
    tokio::spawn(async move {
        loop {
            heard.notified().await;
            said.notify_one();
        }
    });
    for _ in 0..60_000 {
        ping.notify_one();
        pong.notified().await;
    }
}
