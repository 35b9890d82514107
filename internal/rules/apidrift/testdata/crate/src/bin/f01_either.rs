//@ era futures 0.1
//@ rows V084
use futures::future::{self, Either};

fn pick(fast: bool) -> Either<future::Ready<u8>, future::Pending<u8>> {
    if fast {
        Either::A(future::ready(1))
    } else {
        Either::B(future::pending())
    }
}

fn main() {
    println!("{}", futures::executor::block_on(pick(true)));
}
