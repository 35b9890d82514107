//! Small programs with known answers, run in this very build before a verdict of it is believed.
//!
//! The questions of pollux sit at places that tokio promises to nobody: a release can move the check of a budget and leave
//! every edit in place while half of the bugs can no longer be found. Each canary dies only if its question still reaches
//! the scheduler. All of them work without the features that a project may have left out.

use super::choice::{Source, Walk};
use super::log::line;
use super::plan::{plan, Phase, Strategy};
use super::run::{begin, choices, finish, with};
use crate::sync::{Mutex, RwLock, Semaphore};
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::Arc;
use std::time::Duration;

/// Schedules per canary.
const SEEDS: u64 = 200;

/// Runs all canaries, writes down how many schedules each died in, and ends the process.
pub(super) fn sing() -> ! {
    let plan = plan().expect("a canary sings only when it was asked to");
    if super::external() {
        super::unsupported("threads that run before the test begins");
    }
    for (name, song) in [
        ("task-order", task_order as fn() -> bool), ("lost-update", lost_update), ("lock-order", lock_order),
        ("read-again", read_again), ("permit-twice", permit_twice), ("branch-order", branch_order),
        ("virtual-time", virtual_time), ("early-timer", early_timer), ("late-answer", late_answer), ("sound", sound),
    ] {
        let mut died = 0;
        for seed in 0..SEEDS {
            begin(plan, seed, Source::drawn(Strategy::Dice, seed, 0), None);
            died += u64::from(song());
            finish("ok");
        }
        line(&format!("canary\t{name}\t{died}\t{SEEDS}"));
    }
    line(&format!("canary\tevery-way\t{}\t{SEEDS}", every_way()));
    std::process::exit(0);
}

/// In how many of the schedules of a complete walk an update is lost. Zero when the walk does not come to its end.
fn every_way() -> u64 {
    let plan = plan().expect("a canary sings only when it was asked to");
    let (mut walk, mut died) = (Walk::default(), 0);
    for seed in 0..100_000 {
        begin(plan, seed, Source::Walk(walk), None);
        died += u64::from(lost_update());
        let mut run = finish("ok").expect("the run was begun");
        let Source::Walk(again) = &mut run.source else { break };
        if !again.advance() {
            return died.min(SEEDS - 1);
        }
        walk = std::mem::take(again);
    }
    0
}

fn run<F: Future>(f: F) -> F::Output {
    crate::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime of one thread").block_on(f)
}

/// Whether the future is still waiting after a virtual hour, that is: for ever.
async fn hangs(f: impl Future<Output = ()>) -> bool {
    crate::time::timeout(Duration::from_secs(3600), f).await.is_err()
}

async fn both<A, B>(a: A, b: B)
where
    A: Future<Output = ()> + Send + 'static,
    B: Future<Output = ()> + Send + 'static,
{
    let (a, b) = (crate::spawn(a), crate::spawn(b));
    let _ = a.await;
    let _ = b.await;
}

/// The task spawned second runs first.
fn task_order() -> bool {
    let first = Arc::new(AtomicU32::new(0));
    let (a, b) = (first.clone(), first.clone());
    run(both(
        async move { let _ = a.compare_exchange(0, 1, SeqCst, SeqCst); },
        async move { let _ = b.compare_exchange(0, 2, SeqCst, SeqCst); },
    ));
    first.load(SeqCst) == 2
}

/// Both tasks read before either writes.
fn lost_update() -> bool {
    let count = Arc::new(Mutex::new(0));
    let add = |count: Arc<Mutex<u32>>| async move {
        let now = *count.lock().await;
        *count.lock().await = now + 1;
    };
    run(async {
        both(add(count.clone()), add(count.clone())).await;
        *count.lock().await == 1
    })
}

/// Two locks, taken in opposite order.
fn lock_order() -> bool {
    let (a, b) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
    let take = |first: Arc<Mutex<u32>>, second: Arc<Mutex<u32>>| async move {
        let held = first.lock().await;
        *second.lock().await += *held;
    };
    run(hangs(both(take(a.clone(), b.clone()), take(b, a))))
}

/// A reader that reads again while a writer is queued.
fn read_again() -> bool {
    let lock = Arc::new(RwLock::new(0));
    let writer = lock.clone();
    run(hangs(both(
        async move {
            let held = lock.read().await;
            let _ = *lock.read().await + *held;
        },
        async move { *writer.write().await += 1 },
    )))
}

/// Two permits, and two tasks that want two each.
fn permit_twice() -> bool {
    let permits = Arc::new(Semaphore::new(2));
    let take = |permits: Arc<Semaphore>| async move {
        let _held = permits.acquire().await;
        let _ = permits.acquire().await;
    };
    run(hangs(both(take(permits.clone()), take(permits))))
}

/// select! throws the runtime's dice for the branch to begin with: they must be ours.
fn branch_order() -> bool {
    let (branch, asked) = run(async {
        let before = choices();
        (crate::runtime::context::thread_rng_n(2), choices() - before)
    });
    asked == 1 && branch == 1
}

/// A sleep of a virtual day ends at once. Dies when it does not: that is, never.
fn virtual_time() -> bool {
    let start = std::time::Instant::now();
    run(async { crate::time::sleep(Duration::from_secs(86_400)).await });
    start.elapsed() > Duration::from_secs(3600)
}

/// A deadline passes although the work before it could be done at once.
fn early_timer() -> bool {
    with(|run| run.phase = Phase::Time);
    run(async {
        let work = crate::spawn(async {
            for _ in 0..4 {
                crate::task::yield_now().await;
            }
        });
        crate::time::timeout(Duration::from_secs(3600), work).await.is_err()
    })
}

/// A deadline passes when the answer is there already: the one who waits is interrupted, and a timeout looks at its deadline then.
fn late_answer() -> bool {
    with(|run| run.phase = Phase::Time);
    run(async {
        let (give, given) = crate::sync::oneshot::channel();
        let waits = crate::spawn(crate::time::timeout(Duration::from_secs(3600), given));
        let sent = crate::spawn(async move { give.send(()).is_ok() }).await;
        matches!((sent, waits.await), (Ok(true), Ok(Err(_))))
    })
}

/// A correct program: dies never.
fn sound() -> bool {
    let count = Arc::new(Mutex::new(0));
    let add = |count: Arc<Mutex<u32>>| async move {
        let mut now = count.lock().await;
        crate::task::yield_now().await;
        *now += 1;
    };
    run(async {
        hangs(both(add(count.clone()), add(count.clone()))).await || *count.lock().await != 2
    })
}
