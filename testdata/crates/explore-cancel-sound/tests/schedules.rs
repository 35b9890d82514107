//! No schedule and no cancellation shows a mistake here; the last ones wait for ever, as they must, when nobody does what they
//! wait for.

use explore_cancel_sound::{Client, Device, Door, Link, Once, Turn, limited, starter, take_both, worker};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;
use tokio::sync::{Barrier, Notify, Semaphore, mpsc};

#[tokio::test]
async fn leader_and_follower() {
    let once = Arc::new(Once::default());
    let other = once.clone();
    let leader = tokio::spawn(async move { once.get().await });
    let follower = tokio::spawn(async move { other.get().await });
    assert_eq!(leader.await.unwrap(), 7);
    assert_eq!(follower.await.unwrap(), 7);
}

#[tokio::test]
async fn a_flag_that_is_cleared() {
    let device = Arc::new(Device::default());
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let device = device.clone();
            tokio::spawn(async move { device.work().await })
        })
        .collect();
    for task in tasks {
        let _ = task.await;
    }
}

#[tokio::test]
async fn a_permit_that_comes_back() {
    let limit = Arc::new(Semaphore::new(1));
    let other = limit.clone();
    let first = tokio::spawn(async move { limited(&limit).await });
    let second = tokio::spawn(async move { limited(&other).await });
    first.await.unwrap();
    second.await.unwrap();
}

#[tokio::test]
async fn a_connection_in_place() {
    let link = Arc::new(Link::default());
    let other = link.clone();
    let first = tokio::spawn(async move { link.send(1).await });
    let _ = first.await;
    tokio::spawn(async move { other.send(2).await }).await.unwrap();
}

#[tokio::test]
async fn a_door_that_only_one_opens() {
    let door = Arc::new(Door::default());
    let other = door.clone();
    let opener = tokio::spawn(async move { other.open().await });
    let visitor = tokio::spawn(async move { door.pass().await });
    visitor.await.unwrap();
    opener.await.unwrap();
}

#[tokio::test]
async fn a_worker_that_is_told_to_end() {
    let (tx, rx) = mpsc::channel(1);
    let tx = Arc::new(tx);
    let work = tokio::spawn(worker(rx));
    let client = Client(tx.clone());
    let feed = tokio::spawn(async move {
        for n in 0..3 {
            client.job(n).await;
        }
        client.end().await;
    });
    assert_eq!(work.await.unwrap(), 3);
    feed.await.unwrap();
    drop(tx);
}

#[tokio::test]
async fn a_barrier() {
    let barrier = Arc::new(Barrier::new(3));
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let barrier = barrier.clone();
            tokio::spawn(async move {
                barrier.wait().await;
            })
        })
        .collect();
    for task in tasks {
        let _ = task.await;
    }
}

#[tokio::test]
async fn started_and_done() {
    let (started, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begun, over) = (started.clone(), done.clone());
    let work = tokio::spawn(async move {
        begun.notify_one();
        tokio::task::yield_now().await;
        over.notify_one();
    });
    started.notified().await;
    done.notified().await;
    let _ = work.await;
}

#[tokio::test]
async fn a_test_that_looks_again_and_again() {
    let done = Arc::new(AtomicBool::new(false));
    let set = done.clone();
    tokio::spawn(async move {
        tokio::task::yield_now().await;
        set.store(true, SeqCst);
    });
    while !done.load(SeqCst) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_test_that_looks_now_and_then() {
    let done = Arc::new(AtomicBool::new(false));
    let set = done.clone();
    tokio::spawn(async move {
        tokio::task::yield_now().await;
        set.store(true, SeqCst);
    });
    while !done.load(SeqCst) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_turn_that_is_handed_on() {
    let turn = Arc::new(Turn::default());
    turn.take().await;
    let (one, two) = (turn.clone(), turn.clone());
    let first = tokio::spawn(async move {
        one.take().await;
        one.pass_on();
    });
    let second = tokio::spawn(async move {
        two.take().await;
        two.pass_on();
    });
    tokio::task::yield_now().await;
    turn.pass_on();
    let _ = first.await;
    let _ = second.await;
}

#[tokio::test]
async fn told_to_start_and_gone() {
    let done = Arc::new(Notify::new());
    let (start, started) = tokio::sync::oneshot::channel();
    let work = tokio::spawn(starter(started, done.clone()));
    tokio::task::yield_now().await;
    start.send(()).unwrap();
    done.notified().await;
    let _ = work.await;
}

#[tokio::test]
async fn tokios_own_are_handed_on() {
    let (lock, permits) = (Arc::new(tokio::sync::Mutex::new(0)), Arc::new(Semaphore::new(1)));
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let (lock, permits) = (lock.clone(), permits.clone());
            tokio::spawn(async move { take_both(&lock, &permits).await })
        })
        .collect();
    for task in tasks {
        let _ = task.await;
    }
}
