#![cfg(loom)]
use loom::cell::UnsafeCell;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use loom::sync::{Arc, Condvar, Mutex};
use loom::thread;

#[test]
fn counts_with_one_operation() {
    loom::model(|| {
        let a = Arc::new(AtomicUsize::new(0));
        let b = a.clone();
        let other = thread::spawn(move || {
            b.fetch_add(1, AcqRel);
        });
        a.fetch_add(1, AcqRel);
        other.join().unwrap();
        assert_eq!(a.load(Acquire), 2);
    });
}

/// `Builder::check` writes no log at all: only the record of the copy tells how it ended.
#[test]
fn searched_by_a_builder() {
    loom::model::Builder::new().check(|| {
        let a = Arc::new(AtomicUsize::new(0));
        let b = a.clone();
        let other = thread::spawn(move || {
            b.fetch_add(1, AcqRel);
        });
        other.join().unwrap();
    });
}

#[test]
fn capped_by_its_own_bound() {
    let mut builder = loom::model::Builder::new();
    builder.max_permutations = Some(2);
    builder.check(three_threads);
}

/// It prints what loom prints at the end of a search that came to its end. It did not.
#[test]
fn capped_and_says_otherwise() {
    let mut builder = loom::model::Builder::new();
    builder.max_permutations = Some(2);
    builder.check(three_threads);
    println!(" INFO loom::model: Completed in 4 iterations");
    println!("end 1 completed 4");
}

fn three_threads() {
    let a = Arc::new(AtomicUsize::new(0));
    let others: Vec<_> = (0..2)
        .map(|_| {
            let a = a.clone();
            thread::spawn(move || {
                a.fetch_add(1, AcqRel);
                a.fetch_add(1, AcqRel);
            })
        })
        .collect();
    for other in others {
        other.join().unwrap();
    }
}

#[test]
fn lost_update() {
    loom::model(|| {
        let a = Arc::new(AtomicUsize::new(0));
        let b = a.clone();
        let other = thread::spawn(move || {
            let v = b.load(Acquire);
            b.store(v + 1, Release);
        });
        let v = a.load(Acquire);
        a.store(v + 1, Release);
        other.join().unwrap();
        assert_eq!(a.load(Acquire), 2, "lost update");
    });
}

#[test]
fn locks_in_two_orders() {
    loom::model(|| {
        let left = Arc::new(Mutex::new(0));
        let right = Arc::new(Mutex::new(0));
        let (l, r) = (left.clone(), right.clone());
        let other = thread::spawn(move || {
            let _l = l.lock().unwrap();
            let _r = r.lock().unwrap();
        });
        {
            let _r = right.lock().unwrap();
            let _l = left.lock().unwrap();
        }
        other.join().unwrap();
    });
}

#[test]
fn notified_before_the_flag() {
    loom::model(|| {
        let pair = Arc::new((Mutex::new(false), Condvar::new()));
        let other = pair.clone();
        let notifier = thread::spawn(move || {
            other.1.notify_one();
            *other.0.lock().unwrap() = true;
        });
        {
            let mut ready = pair.0.lock().unwrap();
            while !*ready {
                ready = pair.1.wait(ready).unwrap();
            }
        }
        notifier.join().unwrap();
    });
}

struct Slot(UnsafeCell<usize>, AtomicBool);
unsafe impl Sync for Slot {}

#[test]
fn published_with_relaxed() {
    loom::model(|| {
        let slot = Arc::new(Slot(UnsafeCell::new(0), AtomicBool::new(false)));
        let other = slot.clone();
        let writer = thread::spawn(move || {
            other.0.with_mut(|p| unsafe { *p = 1 });
            other.1.store(true, Relaxed);
        });
        if slot.1.load(Relaxed) {
            slot.0.with(|p| unsafe { assert_eq!(*p, 1) });
        }
        writer.join().unwrap();
    });
}

#[test]
fn forgotten() {
    loom::model(|| {
        let a = Arc::new(AtomicUsize::new(0));
        std::mem::forget(a);
    });
}

#[test]
fn spins() {
    loom::model(|| {
        let a = Arc::new(AtomicBool::new(false));
        let b = a.clone();
        let other = thread::spawn(move || b.store(true, Release));
        while !a.load(Acquire) {}
        other.join().unwrap();
    });
}

#[test]
#[should_panic(expected = "on purpose")]
fn expected_to_fail() {
    loom::model(|| panic!("on purpose"));
}

/// Two preemptions are searched in a moment, all of them in no time that anybody has.
#[test]
fn large() {
    loom::model(|| {
        let a = Arc::new(AtomicUsize::new(0));
        let b = a.clone();
        let other = thread::spawn(move || repeat(&b, 20));
        repeat(&a, 20);
        other.join().unwrap();
    });
}

fn repeat(a: &AtomicUsize, times: usize) {
    for _ in 0..times {
        a.fetch_add(1, AcqRel);
    }
}

/// Too many permutations even with two preemptions.
#[test]
fn too_large() {
    loom::model(|| {
        let a = Arc::new(AtomicUsize::new(0));
        let others: Vec<_> = (0..3)
            .map(|_| {
                let a = a.clone();
                thread::spawn(move || {
                    for _ in 0..20 {
                        a.fetch_add(1, AcqRel);
                        a.load(Acquire);
                    }
                })
            })
            .collect();
        for other in others {
            other.join().unwrap();
        }
    });
}

/// loom has room for five threads.
#[test]
fn too_many_threads() {
    loom::model(|| {
        for other in (0..6).map(|_| thread::spawn(|| ())).collect::<Vec<_>>() {
            other.join().unwrap();
        }
    });
}
