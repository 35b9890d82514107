//! async-std's attribute, tokio's code.

use runtime_shapes::{TokioClock, again, fan_out, nap, neutral};
use std::sync::Arc;

#[async_std::main]
async fn main() {
    neutral().await;
    nap(1).await;
    fan_out(2).await;
    again().await.ok(); //~? wrong-executor
    runtime_shapes::tick_of(Arc::new(TokioClock)).await;
    async_std::task::sleep(std::time::Duration::from_millis(1)).await;
}
