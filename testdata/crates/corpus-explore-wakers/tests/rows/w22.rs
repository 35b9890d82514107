use crate::subject::w22::timer;
use corpus_explore_wakers::w22::Reactor;
use futures_util::FutureExt;

/// A task looks whether the time is over already, and hands the timer on.
#[tokio::test]
async fn a_timer_moves_to_another_task() {
    let reactor = Reactor::default();
    let fires = reactor.clone();
    let fire = tokio::spawn(async move { fires.fire() });
    let first = tokio::spawn(async move {
        let mut timer = timer(&reactor);
        if (&mut timer).now_or_never().is_none() {
            tokio::spawn(timer).await.unwrap();
        }
    });
    fire.await.unwrap();
    first.await.unwrap();
}
