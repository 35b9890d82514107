use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

struct Ready {
    value: Rc<u32>,
}

impl Future for Ready {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<u32> {
        Poll::Ready(*self.value)
    }
}

#[tokio::main]
async fn main() {
    tokio::spawn(Ready { value: Rc::new(1) });
    tokio::spawn(async {
        println!("{}", Ready { value: Rc::new(2) }.await);
    });
}
