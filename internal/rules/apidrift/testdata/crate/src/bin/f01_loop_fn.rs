//@ era futures 0.1
//@ rows V080
use futures::future::{loop_fn, ok, Loop};

fn main() {
    let counted = loop_fn(0u32, |n| ok::<_, ()>(if n < 3 { Loop::Continue(n + 1) } else { Loop::Break(n) }));
    println!("{:?}", futures::executor::block_on(counted));
}
