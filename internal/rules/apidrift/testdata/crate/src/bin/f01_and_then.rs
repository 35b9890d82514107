//@ era futures 0.1
//@ rows V078
use futures::future;
use futures::FutureExt;

fn main() {
    let doubled = future::ready(Ok::<u32, String>(4)).map(|r| r).and_then(|n| future::ready(Ok(n * 2)));
    println!("{:?}", futures::executor::block_on(doubled));
}
