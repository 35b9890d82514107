//! actix's runtime is tokio's, with a LocalSet.

#[actix_rt::main]
async fn main() {
    runtime_shapes::nap(1).await;
    actix_rt::spawn(async { runtime_shapes::nap(1).await }).await.ok();
    tokio::task::spawn_local(async {}).await.ok();
}
