//@ edition: 2024
//! What is not followed: function pointers and callables in boxes.

use tokio::runtime::Handle;

async fn answer() -> u32 {
    tokio::task::yield_now().await;
    42
}

/// For callers without a runtime.
fn answer_now(handle: &Handle) -> u32 {
    handle.block_on(answer())
}

pub async fn direct(handle: &Handle) -> u32 {
    handle.block_on(answer()) //~ nested-block-on: `tokio::runtime::Handle::block_on`
}

pub async fn function_pointer(handle: &Handle, quick: bool) -> u32 {
    let ask: fn(&Handle) -> u32 = if quick { |_| 1 } else { answer_now };
    ask(handle) //~? nested-block-on
}
