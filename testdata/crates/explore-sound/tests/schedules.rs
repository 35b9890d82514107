//! No schedule makes one of these fail.

use explore_sound::{Bank, Counter, Gate, Table};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Semaphore, mpsc, oneshot};
use tokio::time::{interval, sleep, timeout};

const MS: Duration = Duration::from_millis(1);

#[tokio::test]
async fn update_under_one_lock() {
    let counter = Arc::new(Counter::default());
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let counter = counter.clone();
            tokio::spawn(async move { counter.add_one().await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(counter.get().await, 3);
}

#[tokio::test]
async fn one_lock_order() {
    let bank = Arc::new(Bank { left: Mutex::new(10), right: Mutex::new(10) });
    let other = bank.clone();
    let there = tokio::spawn(async move { bank.transfer(1).await });
    let back = tokio::spawn(async move { other.transfer(-1).await });
    there.await.unwrap();
    back.await.unwrap();
}

#[tokio::test]
async fn read_after_read() {
    let table = Arc::new(Table::default());
    let writer = table.clone();
    let sums = tokio::spawn(async move { table.sum_twice().await });
    let push = tokio::spawn(async move { writer.push(6).await });
    sums.await.unwrap();
    push.await.unwrap();
}

#[tokio::test]
async fn registered_before_the_look() {
    let gate = Arc::new(Gate::default());
    let other = gate.clone();
    let pass = tokio::spawn(async move { gate.pass().await });
    let open = tokio::spawn(async move { other.open().await });
    open.await.unwrap();
    pass.await.unwrap();
}

#[tokio::test]
async fn one_permit_each() -> Result<(), tokio::task::JoinError> {
    let limit = Arc::new(Semaphore::new(2));
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let limit = limit.clone();
            tokio::spawn(async move {
                let _permit = limit.acquire().await.unwrap();
                tokio::task::yield_now().await;
            })
        })
        .collect();
    for task in tasks {
        task.await?;
    }
    Ok(())
}

#[tokio::test]
async fn timers() {
    let ticks = Arc::new(AtomicU32::new(0));
    let counted = ticks.clone();
    let ticker = tokio::spawn(async move {
        let mut every = interval(10 * MS);
        loop {
            every.tick().await;
            counted.fetch_add(1, SeqCst);
        }
    });
    assert!(timeout(5 * MS, sleep(50 * MS)).await.is_err());
    assert!(timeout(50 * MS, sleep(5 * MS)).await.is_ok());
    sleep(35 * MS).await;
    ticker.abort();
    assert!(ticks.load(SeqCst) >= 3);
}

#[tokio::test]
async fn a_blocking_call() {
    let start = Instant::now();
    let call = tokio::task::spawn_blocking(|| {
        std::thread::sleep(10 * MS);
        5
    });
    assert_eq!(timeout(5000 * MS, call).await.unwrap().unwrap(), 5);
    assert!(start.elapsed() >= 10 * MS);
}

#[tokio::test]
async fn a_thread_that_wakes() {
    let (tx, rx) = oneshot::channel();
    std::thread::spawn(move || {
        std::thread::sleep(10 * MS);
        let _ = tx.send(3);
    });
    assert_eq!(timeout(5000 * MS, rx).await.unwrap().unwrap(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_threads() {
    let (tx, mut rx) = mpsc::channel(1);
    for number in 0..4u32 {
        let tx = tx.clone();
        tokio::spawn(async move { tx.send(number).await.unwrap() });
    }
    drop(tx);
    let mut sum = 0;
    while let Some(number) = rx.recv().await {
        sum += number;
    }
    assert_eq!(sum, 6);
}

#[tokio::test]
#[should_panic(expected = "on purpose")]
async fn a_panic_that_is_wanted() {
    tokio::task::yield_now().await;
    panic!("on purpose");
}

#[test]
fn a_runtime_of_its_own() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let sum = runtime.block_on(async {
        let (a, b) = (tokio::spawn(async { 1 }), tokio::spawn(async { 2 }));
        a.await.unwrap() + b.await.unwrap()
    });
    assert_eq!(sum, 3);
}

#[test]
fn no_runtime_at_all() {
    assert_eq!(1 + 1, 2);
}

#[tokio::test]
async fn panics_that_are_looked_at_or_always_there() {
    let awaited = tokio::spawn(async {
        tokio::task::yield_now().await;
        panic!("awaited");
    });
    tokio::spawn(async { panic!("always there") });
    assert!(awaited.await.unwrap_err().is_panic());
    tokio::task::yield_now().await;
}

/// Far more turns than a spin gets before time passes for it, and still none that takes a second.
#[tokio::test]
async fn many_turns_before_a_deadline() {
    let turns = tokio::spawn(async {
        for _ in 0..3000 {
            tokio::task::yield_now().await;
        }
    });
    timeout(Duration::from_secs(1), turns).await.unwrap().unwrap();
}
