//@ era tower 0.4 tower 0.3
use tower::{service_fn, Service, ServiceExt};

#[tokio::main]
async fn main() {
    let mut svc = service_fn(|n: u32| async move { Ok::<_, std::convert::Infallible>(n + 1) });
    let answer = svc.ready_and().await.unwrap().call(4).await.unwrap();
    println!("{}", answer);
}
