//! Each test passes under plain tokio, and stops for ever when the second task runs first.

use explore_waits::{Turn, answer, ask, echo, empty, fill, follow, late, later, meet, two_clocks};
use std::sync::Arc;
use tokio::sync::{Barrier, Notify, broadcast, mpsc, oneshot, watch};

fn turn() -> (Arc<Turn>, tokio::task::JoinHandle<()>) {
    let turn = Arc::new(Turn::default());
    let taken = turn.clone();
    (turn, tokio::spawn(async move { taken.take() }))
}

#[tokio::test]
async fn an_answer_and_a_question() {
    let (turn, _first) = turn();
    let (reply, answered) = oneshot::channel();
    let (go, told) = mpsc::channel(1);
    let answering = tokio::spawn(async move { answer(&turn, reply, told).await });
    let asking = tokio::spawn(ask(answered, go));
    answering.await.unwrap();
    assert_eq!(asking.await.unwrap(), 7);
}

#[tokio::test]
async fn a_full_channel() {
    let (turn, _first) = turn();
    let (items, received) = mpsc::channel(1);
    let filler = tokio::spawn(async move { fill(&turn, items).await });
    assert_eq!(tokio::spawn(empty(filler, received)).await.unwrap(), 0);
}

#[tokio::test]
async fn a_barrier_that_one_does_not_reach() {
    let (turn, _first) = turn();
    let barrier = Arc::new(Barrier::new(2));
    let other = barrier.clone();
    let second = tokio::spawn(async move { meet(&turn, &other).await });
    tokio::spawn(async move {
        barrier.wait().await;
    })
    .await
    .unwrap();
    second.await.unwrap();
}

#[tokio::test]
async fn a_change_that_nobody_makes() {
    let (turn, _first) = turn();
    let (state, _seen) = watch::channel(0);
    tokio::spawn(async move { follow(&turn, state).await }).await.unwrap();
}

#[tokio::test]
async fn a_message_to_oneself() {
    let (turn, _first) = turn();
    let (say, _heard) = broadcast::channel(1);
    tokio::spawn(async move { echo(&turn, say).await }).await.unwrap();
}

#[tokio::test]
async fn a_signal_too_early() {
    let (turn, _first) = turn();
    let signal = Notify::new();
    tokio::spawn(async move { late(&turn, &signal).await }).await.unwrap();
}

#[tokio::test]
async fn a_signal_after_a_pause() {
    let turn = Arc::new(Turn::default());
    let taken = turn.clone();
    let signal = Notify::new();
    tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        taken.take();
    });
    tokio::spawn(async move { later(&turn, &signal).await }).await.unwrap();
}

#[tokio::test]
async fn two_clocks_that_disagree() {
    let signal = Notify::new();
    two_clocks(&signal).await;
}
