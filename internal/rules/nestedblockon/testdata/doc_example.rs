//@ edition: 2024
use tokio::runtime::Handle;

async fn lookup(id: u64) -> Option<String> {
    tokio::task::yield_now().await;
    (id == 1).then(|| "one".to_owned())
}

/// For callers that are not async.
fn name_of(id: u64) -> String {
    Handle::current().block_on(lookup(id)).unwrap_or_default()
}

pub async fn greet(id: u64) -> String {
    let name = name_of(id); //~ nested-block-on: `name_of` leads to `tokio::runtime::Handle::block_on`
    format!("hello {name}")
}
