//! Executors and wakers.

/// A single-threaded executor that keeps its tasks in a Vec.
pub mod ready_list {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    pub mod unsound {
        use super::*;

        pub struct Executor<F> {
            tasks: Vec<F>,
        }

        impl<F: Future<Output = ()>> Executor<F> {
            pub fn spawn(&mut self, task: F) {
                self.tasks.push(task);
            }

            pub fn run(&mut self, waker: &Waker) {
                let mut cx = Context::from_waker(waker);
                let mut i = 0;
                while i < self.tasks.len() {
                    let task = unsafe { Pin::new_unchecked(&mut self.tasks[i]) }; //~ pin-growing-collection
                    match task.poll(&mut cx) {
                        Poll::Ready(()) => drop(self.tasks.swap_remove(i)),
                        Poll::Pending => i += 1,
                    }
                }
            }
        }
    }

    pub mod sound {
        use super::*;

        pub struct Executor<F> {
            tasks: Vec<Pin<Box<F>>>,
        }

        impl<F: Future<Output = ()>> Executor<F> {
            pub fn spawn(&mut self, task: F) {
                self.tasks.push(Box::pin(task));
            }

            pub fn run(&mut self, waker: &Waker) {
                let mut cx = Context::from_waker(waker);
                let mut i = 0;
                while i < self.tasks.len() {
                    match self.tasks[i].as_mut().poll(&mut cx) {
                        Poll::Ready(()) => drop(self.tasks.swap_remove(i)),
                        Poll::Pending => i += 1,
                    }
                }
            }
        }
    }
}

/// `block_on` that gives the future back when it is not ready in time.
pub mod block_on {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    pub mod unsound {
        use super::*;

        pub fn some_turns<F: Future>(mut future: F, turns: u32) -> Result<F::Output, F> {
            let mut cx = Context::from_waker(Waker::noop());
            for _ in 0..turns {
                if let Poll::Ready(out) = unsafe { Pin::new_unchecked(&mut future) }.poll(&mut cx) {
                    return Ok(out);
                }
            }
            Err(future) //~ pin-moved-value
        }
    }

    pub mod sound {
        use super::*;

        pub fn some_turns<F: Future>(future: F, turns: u32) -> Result<F::Output, Pin<Box<F>>> {
            let mut future = Box::pin(future);
            let mut cx = Context::from_waker(Waker::noop());
            for _ in 0..turns {
                if let Poll::Ready(out) = future.as_mut().poll(&mut cx) {
                    return Ok(out);
                }
            }
            Err(future)
        }
    }
}

/// A task cell with one slot for the future and one for its output.
pub mod task_cell {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub mod unsound {
        use super::*;

        pub enum Stage<F: Future> {
            Running(F),
            Finished(F::Output),
            Consumed,
        }

        pub struct Core<F: Future> {
            stage: Stage<F>,
        }

        impl<F: Future> Core<F> {
            pub fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
                let this = unsafe { self.get_unchecked_mut() };
                let Stage::Running(future) = &mut this.stage else { return Poll::Ready(()) };
                match unsafe { Pin::new_unchecked(future) }.poll(cx) {
                    Poll::Ready(out) => {
                        drop(std::mem::replace(&mut this.stage, Stage::Finished(out))); //~ pin-moved-value
                        Poll::Ready(())
                    }
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }

    pub mod sound {
        use super::*;

        pub enum Stage<F: Future> {
            Running(F),
            Finished(F::Output),
            Consumed,
        }

        pub struct Core<F: Future> {
            stage: Stage<F>,
        }

        impl<F: Future> Core<F> {
            pub fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
                let this = unsafe { self.get_unchecked_mut() };
                let Stage::Running(future) = &mut this.stage else { return Poll::Ready(()) };
                match unsafe { Pin::new_unchecked(future) }.poll(cx) {
                    Poll::Ready(out) => {
                        this.stage = Stage::Finished(out);
                        Poll::Ready(())
                    }
                    Poll::Pending => Poll::Pending,
                }
            }

            pub fn take(self: Pin<&mut Self>) -> Option<F::Output> {
                let this = unsafe { self.get_unchecked_mut() };
                if !matches!(this.stage, Stage::Finished(_)) {
                    return None;
                }
                match std::mem::replace(&mut this.stage, Stage::Consumed) {
                    Stage::Finished(out) => Some(out),
                    _ => unreachable!(),
                }
            }
        }
    }
}

/// A poll that keeps the waker of its first call.
pub mod waker_slot {
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::{Arc, Mutex};
    use std::task::{Context, Poll, Waker};

    #[derive(Default)]
    pub struct Shared {
        done: bool,
        waker: Option<Waker>,
    }

    pub fn finish(shared: &Mutex<Shared>) {
        let mut shared = shared.lock().unwrap();
        shared.done = true;
        if let Some(waker) = shared.waker.take() {
            waker.wake();
        }
    }

    pub mod unsound {
        use super::*;

        pub struct Done(pub Arc<Mutex<Shared>>);

        impl Future for Done {
            type Output = ();
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
                let mut shared = self.0.lock().unwrap();
                if shared.done {
                    return Poll::Ready(());
                }
                if shared.waker.is_none() {
                    shared.waker = Some(cx.waker().clone());
                }
                Poll::Pending //~ stale-waker
            }
        }
    }

    pub mod sound {
        use super::*;

        pub struct Done(pub Arc<Mutex<Shared>>);

        impl Future for Done {
            type Output = ();
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
                let mut shared = self.0.lock().unwrap();
                if shared.done {
                    return Poll::Ready(());
                }
                match &mut shared.waker {
                    Some(waker) => waker.clone_from(cx.waker()),
                    none => *none = Some(cx.waker().clone()),
                }
                Poll::Pending
            }
        }
    }
}
