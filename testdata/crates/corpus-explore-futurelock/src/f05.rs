//! F05: two futures of a buffered stream take one lock, and so does the body of the loop. The stream is not polled while the
//! body runs.

use tokio::sync::Mutex;

static SHARED: Mutex<u32> = Mutex::const_new(0);

/// Does a step that nobody else may do at the same time.
pub async fn foo(step: u32) -> u32 {
    let mut shared = SHARED.lock().await;
    *shared = step;
    *shared
}

pub mod buggy {
    use super::foo;
    use futures_util::stream::{self, StreamExt};

    pub async fn all(steps: u32) -> u32 {
        let mut work = stream::iter((0..steps).map(foo)).buffered(2);
        let mut sum = 0;
        while let Some(step) = work.next().await {
            sum += foo(step).await; //~ futurelock
        }
        sum
    }
}

pub mod fixed {
    use super::foo;
    use futures_util::stream::{self, StreamExt};

    pub async fn all(steps: u32) -> u32 {
        stream::iter((0..steps).map(|step| async move {
            foo(step).await;
            foo(step).await
        }))
        .buffered(2)
        .fold(0, |sum, step| async move { sum + step })
        .await
    }
}
