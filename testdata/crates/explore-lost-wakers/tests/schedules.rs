//! The first tests stop for ever under some schedule, with a task that could go on. The last ones never do.

use explore_lost_wakers::{Flag, Items};
use std::sync::Arc;

#[tokio::test]
async fn a_flag_raised_in_silence() {
    let flag = Arc::new(Flag::default());
    let raised = flag.clone();
    tokio::spawn(async move { raised.raise_silently() });
    tokio::spawn(async move { flag.raised().await }).await.unwrap();
}

#[tokio::test]
async fn a_waker_kept_in_the_first_poll_only() {
    let (flag, other) = (Arc::new(Flag::default()), Arc::new(Flag::default()));
    let (raised, early) = (flag.clone(), other.clone());
    tokio::spawn(async move {
        early.raise();
        tokio::task::consume_budget().await;
        raised.raise_silently();
    });
    tokio::spawn(async move { flag.raised_after(&other).await }).await.unwrap();
}

#[tokio::test]
async fn an_item_put_between_look_and_wait() {
    let items = Arc::new(Items::default());
    let taken = items.clone();
    let taker = tokio::spawn(async move { taken.take_late().await });
    tokio::spawn(async move { items.put(1) });
    assert_eq!(taker.await.unwrap(), 1);
}

#[tokio::test]
async fn a_body_that_nobody_wakes() {
    let flag = Arc::new(Flag::default());
    let raised = flag.clone();
    let raiser = tokio::spawn(async move {
        tokio::task::consume_budget().await;
        raised.raise_silently()
    });
    tokio::task::yield_now().await;
    flag.raised().await;
    raiser.await.unwrap();
}

#[tokio::test]
async fn a_message_of_one_that_nobody_wakes() {
    let flag = Arc::new(Flag::default());
    let raised = flag.clone();
    tokio::spawn(async move { raised.raise_silently() });
    let (sender, receiver) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        flag.raised().await;
        let _ = sender.send(1);
        flag.raised().await;
    });
    let received = tokio::spawn(receiver);
    assert_eq!(received.await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn a_future_that_never_keeps_its_waker() {
    let flag = Arc::new(Flag::default());
    let raised = flag.clone();
    tokio::spawn(async move { raised.raise() });
    tokio::spawn(async move { flag.raised_some_day().await }).await.unwrap();
}

#[tokio::test]
async fn a_local_task_that_nobody_wakes() {
    let flag = Arc::new(Flag::default());
    let raised = flag.clone();
    let local = tokio::task::LocalSet::new();
    local
        .run_until(async move {
            tokio::task::spawn_local(async move { raised.raise_silently() });
            tokio::task::spawn_local(async move { flag.raised().await }).await.unwrap();
        })
        .await;
}

#[tokio::test]
async fn a_task_that_would_panic_if_it_went_on() {
    let flag = Arc::new(Flag::default());
    let raised = flag.clone();
    tokio::spawn(async move { raised.raise_silently() });
    let waiting = tokio::spawn(async move {
        let early = flag.is_raised();
        flag.raised().await;
        assert!(early, "only a task that goes on comes here late");
    });
    waiting.await.unwrap();
}

#[tokio::test]
async fn sound_a_flag_raised_aloud() {
    let flag = Arc::new(Flag::default());
    let raised = flag.clone();
    tokio::spawn(async move { raised.raise() });
    tokio::spawn(async move { flag.raised().await }).await.unwrap();
}

#[tokio::test]
async fn sound_an_item_looked_for_again() {
    let items = Arc::new(Items::default());
    let taken = items.clone();
    let taker = tokio::spawn(async move { taken.take().await });
    tokio::spawn(async move {
        tokio::task::consume_budget().await;
        items.put(1)
    });
    assert_eq!(taker.await.unwrap(), 1);
}
