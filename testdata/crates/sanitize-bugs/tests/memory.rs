use sanitize_bugs::*;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

#[test]
fn moved_on_the_heap() {
    let mut cx = Context::from_waker(Waker::noop());
    let mut first = Box::new(Movable(Some(self_referential(7))));
    assert!(first.poll_once(&mut cx).is_pending());
    let moved = first.take();
    drop(first);
    let mut second = Box::new(Movable(Some(moved)));
    let _ = second.poll_once(&mut cx);
}

#[inline(never)]
fn polled_and_returned(cx: &mut Context<'_>) -> impl Future<Output = u64> {
    let mut future = self_referential(7);
    let _ = unsafe { Pin::new_unchecked(&mut future) }.poll(cx);
    std::hint::black_box(&mut future);
    future
}

#[test]
fn moved_out_of_a_function() {
    let mut cx = Context::from_waker(Waker::noop());
    let mut future = Box::pin(polled_and_returned(&mut cx));
    let _ = future.as_mut().poll(&mut cx);
}

#[test]
fn pinned_for_good() {
    let mut cx = Context::from_waker(Waker::noop());
    let mut future = Box::pin(self_referential(1));
    while future.as_mut().poll(&mut cx).is_pending() {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sent_without_a_lock() {
    for _ in 0..100 {
        let cell = Cell::new();
        let other = cell.clone();
        let receiver = tokio::spawn(async move { tokio::time::timeout(Duration::from_millis(20), Receive(cell)).await.is_ok() });
        let sender = std::thread::spawn(move || other.send(9));
        let _ = receiver.await;
        sender.join().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sound_on_tokio() {
    let total = Arc::new(tokio::sync::Mutex::new(0));
    let (tx, mut rx) = tokio::sync::mpsc::channel(4);
    let tasks: Vec<_> = (0..50)
        .map(|i| {
            let (total, tx) = (total.clone(), tx.clone());
            tokio::spawn(async move {
                *total.lock().await += i;
                tx.send(i).await.unwrap();
                tokio::task::spawn_blocking(move || i * 2).await.unwrap();
                tokio::time::sleep(Duration::from_millis(1)).await;
            })
        })
        .collect();
    drop(tx);
    let mut sum = 0;
    while let Some(i) = rx.recv().await {
        sum += i;
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(sum, *total.lock().await);
}

#[test]
fn leaves_a_vector_behind() {
    std::mem::forget(std::hint::black_box(vec![1u8; 100]));
}

#[test]
fn fails_anyway() {
    assert_eq!(1 + 1, std::hint::black_box(3));
}

/// The harness never sums up: nobody knows what the test would have done.
#[test]
fn ends_the_process() {
    std::process::exit(0);
}
