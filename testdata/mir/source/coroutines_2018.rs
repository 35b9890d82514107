//@ edition: 2018
//! Coroutines in edition 2018: whole variables are captured, trait objects are bare paths.

use std::future::Future;
use std::pin::Pin;

pub struct Job {
    pub name: String,
    pub steps: Vec<u32>,
}

pub async fn ready(n: u32) -> u32 {
    std::future::ready(n).await
}

pub fn whole_capture(job: Job) -> impl Future<Output = usize> {
    async move { job.name.len() + ready(1).await as usize }
}

pub async fn borrowed(job: &Job) -> u32 {
    let mut sum = 0;
    for step in &job.steps {
        sum += ready(*step).await;
    }
    sum
}

pub fn erased<'a>(job: &'a Job) -> Pin<Box<dyn Future<Output = u32> + Send + 'a>> {
    Box::pin(borrowed(job))
}

pub async fn first_class(list: Vec<Pin<Box<dyn Future<Output = u32>>>>) -> u32 {
    let mut sum = 0;
    for f in list {
        sum += f.await;
    }
    sum
}
