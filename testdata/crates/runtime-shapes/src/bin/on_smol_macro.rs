//! smol's attribute.

use tokio_stream::StreamExt;

smol_macros::main! {
    async fn main() {
        let ticks = futures::stream::iter([1, 2]).throttle(std::time::Duration::from_millis(1)); //~ wrong-executor
        futures::pin_mut!(ticks);
        while ticks.next().await.is_some() {}
        helper().await;
    }
}

async fn helper() {
    tokio::task::spawn_blocking(|| 1).await.ok(); //~ wrong-executor
}
