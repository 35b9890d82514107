//! One test for each mistake and one for its correction: plain tests, which pass when they are only run.
use std::sync::Arc;
use std::time::Duration;
use unseen::{cancel, channels, futurelock, locks};

async fn both<A, B>(a: A, b: B)
where
    A: Future + Send + 'static,
    B: Future + Send + 'static,
    A::Output: Send,
    B::Output: Send,
{
    let a = tokio::spawn(a);
    let b = tokio::spawn(b);
    a.await.unwrap();
    b.await.unwrap();
}

macro_rules! pair {
    ($name:ident, $arc:ident = $make:expr, $buggy:expr, $fixed:expr) => {
        mod $name {
            use super::*;
            #[tokio::test]
            async fn buggy() {
                let $arc = $make;
                $buggy
            }
            #[tokio::test]
            async fn fixed() {
                let $arc = $make;
                $fixed
            }
        }
    };
}

mod two_orders {
    use super::*;
    #[tokio::test]
    async fn buggy() {
        let shop = Arc::new(locks::two_orders::Shop::new(5));
        shop.buy(1).await;
        let other = shop.clone();
        both(async move { shop.buy(1).await }, async move { other.cancel_all().await }).await;
    }
    #[tokio::test]
    async fn fixed() {
        let shop = Arc::new(locks::two_orders::Fixed::new(5));
        shop.buy(1).await;
        let other = shop.clone();
        both(async move { shop.buy(1).await }, async move { other.cancel_all().await }).await;
    }
}

pair!(permits, w = Arc::new(locks::a_permit_for_each_level::Walker::new(2)),
    { let x = w.clone(); both(async move { w.buggy().await }, async move { x.buggy().await }).await },
    { let x = w.clone(); both(async move { w.fixed().await }, async move { x.fixed().await }).await });

pair!(hub, h = Arc::new(locks::two_functions_down::Hub::new(vec![1, 2])),
    { let x = h.clone(); both(async move { h.buggy().await }, async move { x.join(0).await }).await },
    { let x = h.clone(); both(async move { h.fixed().await }, async move { x.join(0).await }).await });

pair!(accounts, a = (Arc::new(locks::two_accounts::Account::new(1)), Arc::new(locks::two_accounts::Account::new(2))),
    { let (p, q) = a.clone(); let (r, s) = a; both(async move { locks::two_accounts::buggy(&p, &q, 1).await }, async move { locks::two_accounts::buggy(&s, &r, 1).await }).await },
    { let (p, q) = a.clone(); let (r, s) = a; both(async move { locks::two_accounts::fixed(&p, &q, 1).await }, async move { locks::two_accounts::fixed(&s, &r, 1).await }).await });

pair!(tick, s = Arc::new(futurelock::Store::new(2)),
    futurelock::a_tick_asks_for_the_lock::buggy(s).await,
    futurelock::a_tick_asks_for_the_lock::fixed(s).await);

pair!(loser, s = Arc::new(futurelock::Store::new(2)),
    { futurelock::the_loser_is_kept::buggy(&s).await; },
    { futurelock::the_loser_is_kept::fixed(&s).await; });

pair!(buffered, s = Arc::new(futurelock::Store::new(2)),
    futurelock::a_body_between_buffered_futures::buggy(&s, vec![1, 2, 3]).await,
    futurelock::a_body_between_buffered_futures::fixed(&s, vec![1, 2, 3]).await);

pair!(set, s = Arc::new(futurelock::Store::new(2)),
    futurelock::permits_of_a_set::buggy(&s).await,
    futurelock::permits_of_a_set::fixed(&s).await);

pair!(flag, d = Arc::new(channels::the_flag_then_the_wait::Shutdown::new()),
    { let x = d.clone(); both(async move { d.buggy().await }, async move { x.shut() }).await },
    { let x = d.clone(); both(async move { d.fixed().await }, async move { x.shut() }).await });

pair!(filled, items = vec![1, 2, 3],
    { assert_eq!(channels::filled_before_it_is_read::buggy(items).await, 6) },
    { assert_eq!(channels::filled_before_it_is_read::fixed(items).await, 6) });

mod actor {
    use super::*;
    use channels::an_actor_writes_to_itself::{Actor, Message};
    async fn feed(tx: tokio::sync::mpsc::Sender<Message>) {
        for n in 0..20 {
            let _ = tx.send(Message::Try(n % 3)).await;
        }
        let _ = tx.send(Message::Done).await;
    }
    #[tokio::test]
    async fn buggy() {
        let actor = Actor::new();
        let tx = actor.sender();
        both(actor.buggy(), feed(tx)).await;
    }
    #[tokio::test]
    async fn fixed() {
        let actor = Actor::new();
        let tx = actor.sender();
        both(actor.fixed(), feed(tx)).await;
    }
}

pair!(running, s = Arc::new(cancel::a_count_of_the_running::Server::new(4)),
    { s.buggy(1).await; assert_eq!(s.running(), 0) },
    { s.fixed(1).await; assert_eq!(s.running(), 0) });

pair!(slot, s = Arc::new(cancel::a_connection_out_of_its_place::Slot::new()),
    { s.buggy().await; assert!(s.is_there()) },
    { tokio::time::sleep(Duration::from_millis(1)).await; assert!(s.is_there()) });

mod leader {
    use super::*;
    use cancel::a_leader_is_dropped::Once;
    #[tokio::test]
    async fn buggy() {
        let once = Arc::new(Once::default());
        let other = once.clone();
        both(async move { once.buggy().await }, async move { tokio::time::sleep(Duration::from_millis(2)).await; other.buggy().await }).await;
    }
}
