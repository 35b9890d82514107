use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

pub struct State {
    pub done: bool,
    pub waker: Waker,
}

pub struct Done(pub Arc<Mutex<State>>);

impl Future for Done {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().unwrap();
        if state.done {
            return Poll::Ready(());
        }
        state.waker.clone_from(cx.waker());
        Poll::Pending
    }
}
