//@ era tower 0.3 or 0.4
//@ rows V120
use tower::{service_fn, Service, ServiceExt};

#[tokio::main]
async fn main() {
    let mut echo = service_fn(|n: u32| async move { Ok::<_, std::io::Error>(n) });
    let n = echo.ready_and().await.unwrap().call(3).await.unwrap();
    println!("{n}");
}
