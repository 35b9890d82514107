use std::task::{Context, Poll};

fn step(inner: Poll<Result<u32, String>>, _cx: &mut Context<'_>) -> Poll<Result<u32, String>> {
    let n = std::task::ready!(inner)?;
    Poll::Ready(Ok(n + 1))
}

fn main() {
    let mut cx = Context::from_waker(futures::task::noop_waker_ref());
    println!("{:?}", step(Poll::Ready(Ok(1)), &mut cx));
}
