//@ era futures 0.1
use futures::{Async, Poll};

struct Queue(Vec<u8>);

impl Queue {
    fn pull(&mut self) -> Poll<u8, std::io::Error> {
        match self.0.pop() {
            Some(b) => Ok(Async::Ready(b)),
            None => Ok(Async::NotReady),
        }
    }
}

fn main() {
    let _ = Queue(vec![1]).pull();
}
