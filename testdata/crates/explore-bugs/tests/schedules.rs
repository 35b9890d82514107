//! Each test passes under plain tokio and fails under some schedule.

use explore_bugs::{Bank, Counter, Gate, Once, Stock, Table, add_with_looks, collect, pair, take_later, upload};
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore, mpsc};

#[tokio::test]
async fn lost_update() {
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
async fn lock_order() {
    let bank = Arc::new(Bank { left: Mutex::new(10), right: Mutex::new(10) });
    let other = bank.clone();
    let there = tokio::spawn(async move { bank.to_right(1).await });
    let back = tokio::spawn(async move { other.to_left(1).await });
    there.await.unwrap();
    back.await.unwrap();
}

#[tokio::test]
async fn recursive_read() {
    let table = Arc::new(Table::default());
    table.push(4).await;
    let writer = table.clone();
    let average = tokio::spawn(async move { table.average().await });
    let push = tokio::spawn(async move { writer.push(6).await });
    average.await.unwrap();
    push.await.unwrap();
}

#[tokio::test]
async fn permit_twice() {
    let limit = Arc::new(Semaphore::new(2));
    let (a, b) = (tokio::spawn(upload(limit.clone())), tokio::spawn(upload(limit.clone())));
    a.await.unwrap();
    b.await.unwrap();
}

#[tokio::test]
async fn lost_wakeup() {
    let gate = Arc::new(Gate::default());
    let other = gate.clone();
    let pass = tokio::spawn(async move { gate.pass().await });
    let open = tokio::spawn(async move { other.open().await });
    open.await.unwrap();
    pass.await.unwrap();
}

#[tokio::test]
async fn lossy_select() {
    let (numbers, received) = mpsc::channel(8);
    let (ticks, ticked) = mpsc::channel(8);
    tokio::spawn(async move {
        for number in 0..6 {
            numbers.send(number).await.unwrap();
        }
    });
    tokio::spawn(async move {
        for _ in 0..3 {
            let _ = ticks.send(()).await;
        }
    });
    let got = tokio::spawn(collect(received, ticked)).await.unwrap();
    assert_eq!(got, vec![(0, 1), (2, 3), (4, 5)]);
}

#[tokio::test]
async fn cancelled_leader() {
    let once = Arc::new(Once::default());
    let leader = once.clone();
    let leader = tokio::spawn(async move { leader.get().await });
    let stop = Arc::new(Semaphore::new(0));
    let stopping = stop.clone();
    let killer = tokio::spawn(async move {
        let _permit = stopping.acquire().await;
        tokio::task::yield_now().await;
        leader.abort();
    });
    let follower = tokio::spawn(async move { once.get().await });
    stop.add_permits(1);
    assert_eq!(follower.await.unwrap(), 7);
    killer.await.unwrap();
}

#[tokio::test]
async fn short_stock() {
    let stock = Arc::new(Stock::new(1));
    let other = stock.clone();
    let first = tokio::spawn(async move { stock.take().await });
    let second = tokio::spawn(async move { other.take().await });
    let taken = u32::from(first.await.unwrap()) + u32::from(second.await.unwrap());
    assert_eq!(taken, 1);
}

#[tokio::test]
async fn unpolled_request() {
    let sum = Arc::new(Mutex::new(0));
    let (ticks, ticked) = mpsc::channel(1);
    let other = sum.clone();
    let first = tokio::spawn(async move { *other.lock().await += 1 });
    let tick = tokio::spawn(async move {
        let _ = ticks.send(()).await;
    });
    tokio::spawn(add_with_looks(sum.clone(), ticked)).await.unwrap();
    first.await.unwrap();
    tick.await.unwrap();
    assert_eq!(*sum.lock().await, 2);
}

#[tokio::test]
async fn a_task_that_nobody_awaits() {
    let stock = Arc::new(Stock::new(1));
    take_later(stock.clone());
    take_later(stock.clone());
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
}

/// Needs a deadline that passes while the sender could go on: a slow machine.
#[tokio::test]
async fn lossy_timeout() {
    let (numbers, mut received) = mpsc::channel(1);
    tokio::spawn(async move {
        for number in 0..6 {
            numbers.send(number).await.unwrap();
        }
    });
    let mut got = Vec::new();
    loop {
        match tokio::time::timeout(std::time::Duration::from_secs(5), pair(&mut received)).await {
            Ok(Some(next)) => got.push(next),
            Ok(None) => break,
            Err(_) => continue,
        }
    }
    assert_eq!(got, vec![(0, 1), (2, 3), (4, 5)]);
}
