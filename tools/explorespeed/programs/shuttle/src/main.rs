//! The three tasks as shuttle wants them: its own executor and its own lock. Prints how many schedules ran.

use shuttle::sync::{Arc, Mutex};

fn main() {
    let count: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    shuttle::check_random(
        || {
            shuttle::future::block_on(async {
                let count = Arc::new(Mutex::new(0));
                let tasks: Vec<_> = (0..3)
                    .map(|_| {
                        let count = count.clone();
                        shuttle::future::spawn(async move { *count.lock().unwrap() += 1 })
                    })
                    .collect();
                for task in tasks {
                    task.await.unwrap();
                }
                assert_eq!(*count.lock().unwrap(), 3);
            })
        },
        count,
    );
    println!("{count}");
}
