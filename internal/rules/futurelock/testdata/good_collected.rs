//@ edition: 2024
//! A set that the awaited future owns is complete, or gone, when the await is over.

use futures::StreamExt;
use tokio::sync::Mutex;

pub async fn collected(rows: &Mutex<Vec<u32>>, ids: Vec<u32>) -> usize {
    let done: Vec<u32> = futures::stream::iter(ids)
        .map(|id| async move {
            rows.lock().await.push(id);
            id
        })
        .buffer_unordered(4)
        .collect()
        .await;
    rows.lock().await.len() + done.len()
}
