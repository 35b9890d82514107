//@ era futures 0.1
//@ rows V074
use futures::Future;

struct Answer;

impl Future for Answer {
    type Item = u32;
    type Error = ();

    fn poll(&mut self) -> futures::Poll<u32, ()> {
        Ok(futures::Async::Ready(42))
    }
}

fn main() {
    let _ = Answer;
}
