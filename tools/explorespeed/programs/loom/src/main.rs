//! The three tasks as loom wants them: its own threads and its own lock. Prints how many interleavings there are.

use loom::sync::{Arc, Mutex};
use loom::thread;
use std::sync::atomic::{AtomicU64, Ordering};

static RUNS: AtomicU64 = AtomicU64::new(0);

fn main() {
    let rounds: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    for _ in 0..rounds {
        loom::model(|| {
            RUNS.fetch_add(1, Ordering::Relaxed);
            let count = Arc::new(Mutex::new(0));
            let threads: Vec<_> = (0..3)
                .map(|_| {
                    let count = count.clone();
                    thread::spawn(move || *count.lock().unwrap() += 1)
                })
                .collect();
            for thread in threads {
                thread.join().unwrap();
            }
            assert_eq!(*count.lock().unwrap(), 3);
        });
    }
    println!("{}", RUNS.load(Ordering::Relaxed));
}
