//@ era tower 0.3 or 0.4
use tower::{Service, ServiceExt};

async fn call<S>(mut svc: S, n: u32) -> Result<u32, S::Error>
where
    S: Service<u32, Response = u32>,
{
    svc.ready_and().await?.call(n).await
}

fn main() {
    let _ = call::<tower::util::BoxService<u32, u32, std::io::Error>>;
}
