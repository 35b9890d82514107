use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

#[derive(Default)]
pub struct State {
    pub done: bool,
    pub waker: Option<Waker>,
}

pub struct Done(pub Arc<Mutex<State>>);

impl Future for Done {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().unwrap();
        if state.done {
            return Poll::Ready(());
        }
        if state.waker.is_none() {
            state.waker = Some(cx.waker().clone());
        }
        Poll::Pending //~ stale-waker: relies on the waker of an earlier poll
    }
}
