//! Puts twelve jobs through three workers, prints the report, and ends.

use worker_pool_fixed::job::Job;
use worker_pool_fixed::pool::Pool;

#[tokio::main(worker_threads = 2)]
async fn main() {
    let pool = Pool::new(3);
    for id in 0..12 {
        pool.queue().push(Job::new(id, format!("document {id}")));
    }
    let report = pool.run_to_the_end().await;
    println!("{report}");
}
