//@ era smol 0. smol 1.0
use smol::{Task, Timer};
use std::time::Duration;

fn main() {
    smol::run(async {
        let job = Task::spawn(async {
            Timer::after(Duration::from_millis(5)).await;
            42
        });
        println!("{}", job.await);
    });
}
