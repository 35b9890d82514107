//@ era futures 0.1
//@ rows V079
use futures::future;
use futures::FutureExt;

#[tokio::main]
async fn main() {
    let a = future::ready(1).boxed();
    let b = future::ready(2).boxed();
    let (x, y) = a.join(b).await;
    println!("{}", x + y);
}
