//! The programs that are measured. Each is a test body, and main runs it again and again without a scheduler of pollux.

use std::future::Future;
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};

/// Three tasks that add to a number under a lock.
pub async fn three() {
    let count = Arc::new(Mutex::new(0));
    let mut tasks = Vec::new();
    for _ in 0..3 {
        let count = count.clone();
        tasks.push(tokio::spawn(async move {
            let mut now = count.lock().await;
            *now += 1;
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*count.lock().await, 3);
}

/// Twenty tasks, five hundred messages, a hundred timers.
pub async fn messages() {
    let (sender, mut receiver) = mpsc::channel(16);
    for task in 0..20u64 {
        let sender = sender.clone();
        tokio::spawn(async move {
            for number in 0..25u64 {
                if number % 5 == 0 {
                    tokio::time::sleep(Duration::from_millis(task + number)).await;
                }
                sender.send(number).await.unwrap();
            }
        });
    }
    drop(sender);
    let mut sum = 0;
    while let Some(number) = receiver.recv().await {
        sum += number;
    }
    assert_eq!(sum, 20 * 300);
}

/// Three tasks that compute for a while between two locks.
pub async fn compute() {
    let sum = Arc::new(Mutex::new(0u64));
    let tasks: Vec<_> = (0..3u64)
        .map(|seed| {
            let sum = sum.clone();
            tokio::spawn(async move {
                let before = *sum.lock().await;
                let mut hasher = DefaultHasher::new();
                for number in 0..20_000 {
                    hasher.write_u64(number ^ seed ^ (before & 1));
                }
                *sum.lock().await |= hasher.finish() | 1;
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert!(*sum.lock().await != 0);
}

/// Runs a body as its test does, in a runtime of its own.
pub fn run(body: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.unwrap().block_on(body)
}
