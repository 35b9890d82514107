//! Jobs through the pool.

use tokio::time::Duration;
use worker_pool_fixed::job::Job;
use worker_pool_fixed::pool::Pool;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_job_ends_in_the_report() {
    let pool = Pool::new(3);
    for id in 0..10 {
        pool.queue().push(Job::new(id, "two words".into()));
    }
    pool.queue().push(Job::new(10, String::new()));
    let report = pool.run_to_the_end().await;
    assert_eq!((report.done, report.words, report.failed), (10, 20, vec![10]));
    assert!(pool.queue().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delayed_job_is_done_when_it_is_due() {
    let pool = Pool::new(1);
    pool.queue().push(Job::new(1, "later".into()).delayed(Duration::from_millis(5)));
    assert_eq!(pool.run_to_the_end().await.done, 1);
}
