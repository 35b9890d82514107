//! W09: a poll that does not want to wait polls with a waker that does nothing, and so replaces the waker of the one who waits.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use tokio::task::JoinHandle;

pub type Tasks = Arc<Mutex<VecDeque<JoinHandle<u32>>>>;

fn poll_front(tasks: &Tasks, cx: &mut Context<'_>) -> Poll<Option<u32>> {
    let mut tasks = tasks.lock().unwrap();
    let Some(front) = tasks.front_mut() else { return Poll::Ready(None) };
    match Pin::new(front).poll(cx) {
        Poll::Ready(result) => {
            tasks.pop_front();
            Poll::Ready(result.ok())
        }
        Poll::Pending => Poll::Pending,
    }
}

pub mod buggy {
    use super::*;
    use std::future::poll_fn;

    #[derive(Clone, Default)]
    pub struct JoinQueue {
        pub tasks: Tasks,
    }

    impl JoinQueue {
        pub async fn join_next(&self) -> Option<u32> {
            poll_fn(|cx| poll_front(&self.tasks, cx)).await
        }

        /// The result of the first task if it is done.
        pub fn try_join_next(&self) -> Option<u32> {
            match poll_front(&self.tasks, &mut Context::from_waker(Waker::noop())) {
                Poll::Ready(done) => done,
                Poll::Pending => None,
            }
        }
    }
}

pub mod fixed {
    use super::*;
    use std::future::poll_fn;

    #[derive(Clone, Default)]
    pub struct JoinQueue {
        pub tasks: Tasks,
    }

    impl JoinQueue {
        pub async fn join_next(&self) -> Option<u32> {
            poll_fn(|cx| poll_front(&self.tasks, cx)).await
        }

        /// The result of the first task if it is done.
        pub fn try_join_next(&self) -> Option<u32> {
            if !self.tasks.lock().unwrap().front().is_some_and(|front| front.is_finished()) {
                return None;
            }
            match poll_front(&self.tasks, &mut Context::from_waker(Waker::noop())) {
                Poll::Ready(done) => done,
                Poll::Pending => None,
            }
        }
    }
}
