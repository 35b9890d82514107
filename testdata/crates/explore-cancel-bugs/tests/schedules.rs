//! Each test passes under every schedule, and shows a mistake when one of its tasks is cancelled.

use explore_cancel_bugs::{Device, Link, Once, Turn, limited, transfer};
use std::sync::Arc;
use tokio::sync::Semaphore;

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
async fn a_flag_that_stays_set() {
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
async fn a_permit_that_is_lost() {
    let limit = Arc::new(Semaphore::new(1));
    let other = limit.clone();
    let first = tokio::spawn(async move { limited(&limit).await });
    let second = tokio::spawn(async move { limited(&other).await });
    let _ = first.await;
    let _ = second.await;
}

#[tokio::test]
async fn a_connection_that_is_lost() {
    let link = Arc::new(Link::new());
    let other = link.clone();
    let first = tokio::spawn(async move { link.send(1).await });
    let _ = first.await;
    let second = tokio::spawn(async move { other.send(2).await });
    second.await.unwrap();
}

#[tokio::test]
async fn a_destructor_that_insists() {
    tokio::spawn(transfer()).await.unwrap();
}

#[tokio::test]
async fn a_turn_that_is_handed_to_someone_who_goes() {
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
