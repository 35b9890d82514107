//@ era futures 0.1
use futures::future;
use futures::Future;

fn double(x: u32) -> impl Future<Item = u32, Error = ()> {
    future::ok(x * 2)
}

fn main() {
    let answer = double(21).wait().unwrap();
    println!("{}", answer);
}
