//@ era futures 0.1
//@ rows V075
use futures::{Async, Poll};

fn describe(state: Poll<u32>) -> &'static str {
    match state {
        Async::Ready(_) => "ready",
        Async::NotReady => "not yet",
    }
}

fn main() {
    println!("{}", describe(Async::Ready(3)));
}
