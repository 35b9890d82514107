//! The same mistakes in other words: helpers, closures, generics, other libraries' traits.

/// An accessor pins, another method takes.
pub mod accessor {
    use futures::Stream;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub mod buggy {
        use super::*;

        pub struct Reconnect<S, F> {
            stream: Option<S>,
            make: F,
        }

        impl<S: Stream, F: FnMut() -> S> Reconnect<S, F> {
            fn stream(self: Pin<&mut Self>) -> Pin<&mut Option<S>> {
                unsafe { Pin::map_unchecked_mut(self, |s| &mut s.stream) }
            }

            fn make(self: Pin<&mut Self>) -> &mut F {
                unsafe { &mut self.get_unchecked_mut().make }
            }

            fn lost(self: Pin<&mut Self>) -> Option<S> {
                unsafe { self.get_unchecked_mut() }.stream.take() //~ pin-moved-value
            }
        }

        impl<S: Stream, F: FnMut() -> S> Stream for Reconnect<S, F> {
            type Item = S::Item;
            fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
                loop {
                    match self.as_mut().stream().as_pin_mut() {
                        Some(stream) => match stream.poll_next(cx) {
                            Poll::Ready(None) => drop(self.as_mut().lost()), //~ pin-moved-value
                            other => return other,
                        },
                        None => {
                            let fresh = (self.as_mut().make())();
                            self.as_mut().stream().set(Some(fresh));
                        }
                    }
                }
            }
        }
    }

    pub mod fixed {
        use super::*;

        pub struct Reconnect<S, F> {
            stream: Option<S>,
            make: F,
        }

        impl<S: Stream, F: FnMut() -> S> Reconnect<S, F> {
            fn stream(self: Pin<&mut Self>) -> Pin<&mut Option<S>> {
                unsafe { Pin::map_unchecked_mut(self, |s| &mut s.stream) }
            }

            fn make(self: Pin<&mut Self>) -> &mut F {
                unsafe { &mut self.get_unchecked_mut().make }
            }
        }

        impl<S: Stream, F: FnMut() -> S> Stream for Reconnect<S, F> {
            type Item = S::Item;
            fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
                loop {
                    match self.as_mut().stream().as_pin_mut() {
                        Some(stream) => match stream.poll_next(cx) {
                            Poll::Ready(None) => self.as_mut().stream().set(None),
                            other => return other,
                        },
                        None => {
                            let fresh = (self.as_mut().make())();
                            self.as_mut().stream().set(Some(fresh));
                        }
                    }
                }
            }
        }
    }
}

/// A state machine takes its state out by value and puts it back.
pub mod state_machine {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub mod buggy {
        use super::*;

        pub enum State<A, B> {
            First(A),
            Second(B),
            Done,
        }

        pub struct Chain<A, B, F> {
            state: State<A, B>,
            next: F,
        }

        impl<A: Future, B: Future, F: FnMut(A::Output) -> B> Future for Chain<A, B, F> {
            type Output = B::Output;
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<B::Output> {
                let this = unsafe { self.get_unchecked_mut() };
                loop {
                    match std::mem::replace(&mut this.state, State::Done) {
                        State::First(mut a) => match unsafe { Pin::new_unchecked(&mut a) }.poll(cx) {
                            Poll::Ready(out) => this.state = State::Second((this.next)(out)),
                            Poll::Pending => {
                                this.state = State::First(a); //~ pin-moved-value
                                return Poll::Pending;
                            }
                        },
                        State::Second(mut b) => match unsafe { Pin::new_unchecked(&mut b) }.poll(cx) {
                            Poll::Ready(out) => return Poll::Ready(out),
                            Poll::Pending => {
                                this.state = State::Second(b); //~ pin-moved-value
                                return Poll::Pending;
                            }
                        },
                        State::Done => panic!("polled after it was complete"),
                    }
                }
            }
        }
    }

    pub mod fixed {
        use super::*;

        pub enum State<A, B> {
            First(A),
            Second(B),
        }

        pub struct Chain<A, B, F> {
            state: State<A, B>,
            next: F,
        }

        impl<A: Future, B: Future, F: FnMut(A::Output) -> B> Future for Chain<A, B, F> {
            type Output = B::Output;
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<B::Output> {
                let this = unsafe { self.get_unchecked_mut() };
                loop {
                    match &mut this.state {
                        State::First(a) => match unsafe { Pin::new_unchecked(a) }.poll(cx) {
                            Poll::Ready(out) => this.state = State::Second((this.next)(out)),
                            Poll::Pending => return Poll::Pending,
                        },
                        State::Second(b) => return unsafe { Pin::new_unchecked(b) }.poll(cx),
                    }
                }
            }
        }
    }
}

/// Pinned through a raw pointer, moved through a plain one.
pub mod raw {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub mod buggy {
        use super::*;

        pub struct Cell<F> {
            work: F,
            spare: F,
        }

        impl<F: Future> Future for Cell<F> {
            type Output = F::Output;
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
                let this: *mut Self = unsafe { self.get_unchecked_mut() };
                let work = unsafe { &mut *(&raw mut (*this).work) };
                if let Poll::Ready(out) = unsafe { Pin::new_unchecked(work) }.poll(cx) {
                    unsafe { std::ptr::swap(&raw mut (*this).work, &raw mut (*this).spare) }; //~ pin-moved-value
                    return Poll::Ready(out);
                }
                Poll::Pending
            }
        }
    }

    pub mod fixed {
        use super::*;

        pub struct Cell<F> {
            work: Pin<Box<F>>,
            spare: Pin<Box<F>>,
        }

        impl<F: Future> Future for Cell<F> {
            type Output = F::Output;
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
                let this = &mut *self;
                if let Poll::Ready(out) = this.work.as_mut().poll(cx) {
                    std::mem::swap(&mut this.work, &mut this.spare);
                    return Poll::Ready(out);
                }
                Poll::Pending
            }
        }
    }
}

/// A local is polled by hand once and then given to a task.
pub mod handed_over {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    pub mod buggy {
        use super::*;

        fn once<F: Future>(work: &mut F) -> Poll<F::Output> {
            let mut cx = Context::from_waker(Waker::noop());
            unsafe { Pin::new_unchecked(work) }.poll(&mut cx)
        }

        pub fn start<F: Future<Output = u32> + Send + 'static>(mut work: F) -> Option<u32> {
            if let Poll::Ready(n) = once(&mut work) {
                return Some(n);
            }
            drop(tokio::spawn(work)); //~ pin-moved-value
            None
        }
    }

    pub mod fixed {
        use super::*;

        pub fn start<F: Future<Output = u32> + Send + 'static>(work: F) -> Option<u32> {
            let mut work = Box::pin(work);
            let mut cx = Context::from_waker(Waker::noop());
            if let Poll::Ready(n) = work.as_mut().poll(&mut cx) {
                return Some(n);
            }
            drop(tokio::spawn(work));
            None
        }
    }
}

/// Futures in a list that is sorted, or filtered, between two polls.
pub mod lists {
    use std::collections::BTreeMap;
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub mod buggy {
        use super::*;

        pub struct Ranked<F> {
            jobs: Vec<(u32, F)>,
            later: BTreeMap<u64, F>,
        }

        impl<F: Future> Ranked<F> {
            pub fn add(&mut self, rank: u32, job: F) {
                self.jobs.push((rank, job));
                self.jobs.sort_by_key(|(rank, _)| *rank);
            }

            pub fn delay(&mut self, at: u64, job: F) -> Option<F> {
                self.later.insert(at, job)
            }

            pub fn turn(&mut self, cx: &mut Context<'_>) -> usize {
                let mut done = 0;
                for (_, job) in self.jobs.iter_mut() {
                    let job = unsafe { Pin::new_unchecked(job) }; //~ pin-growing-collection
                    done += matches!(job.poll(cx), Poll::Ready(_)) as usize;
                }
                self.later.values_mut().for_each(|job| {
                    let job = unsafe { Pin::new_unchecked(job) }; //~ pin-growing-collection
                    done += job.poll(cx).is_ready() as usize;
                });
                done
            }
        }
    }

    pub mod fixed {
        use super::*;

        pub struct Ranked<F> {
            jobs: Vec<(u32, Pin<Box<F>>)>,
            later: BTreeMap<u64, Pin<Box<F>>>,
        }

        impl<F: Future> Ranked<F> {
            pub fn add(&mut self, rank: u32, job: F) {
                self.jobs.push((rank, Box::pin(job)));
                self.jobs.sort_by_key(|(rank, _)| *rank);
            }

            pub fn delay(&mut self, at: u64, job: F) -> Option<Pin<Box<F>>> {
                self.later.insert(at, Box::pin(job))
            }

            pub fn turn(&mut self, cx: &mut Context<'_>) -> usize {
                let mut done = 0;
                for (_, job) in self.jobs.iter_mut() {
                    done += matches!(job.as_mut().poll(cx), Poll::Ready(_)) as usize;
                }
                self.later.values_mut().for_each(|job| {
                    done += job.as_mut().poll(cx).is_ready() as usize;
                });
                done
            }
        }
    }
}

/// A guard takes the future out in its destructor; an unconditional Unpin; a self reference.
pub mod owners {
    use std::future::Future;
    use std::mem::ManuallyDrop;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub mod buggy {
        use super::*;

        pub struct Guarded<F> {
            work: ManuallyDrop<F>,
        }

        impl<F: Future> Future for Guarded<F> {
            type Output = F::Output;
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
                unsafe { self.map_unchecked_mut(|this| &mut *this.work) }.poll(cx)
            }
        }

        impl<F> Drop for Guarded<F> {
            fn drop(&mut self) {
                let work = unsafe { ManuallyDrop::take(&mut self.work) }; //~ pin-projection-mismatch
                drop(work);
            }
        }

        pub struct Timed<F> {
            work: F,
            turns: u32,
        }

        impl<F: Future> Unpin for Timed<F> {} //~ pin-projection-mismatch

        impl<F: Future> Timed<F> {
            fn parts(self: Pin<&mut Self>) -> (Pin<&mut F>, &mut u32) {
                let this = unsafe { self.get_unchecked_mut() };
                (unsafe { Pin::new_unchecked(&mut this.work) }, &mut this.turns)
            }
        }

        impl<F: Future> Future for Timed<F> {
            type Output = F::Output;
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
                let (work, turns) = self.parts();
                *turns += 1;
                work.poll(cx)
            }
        }

        pub struct Cursor {
            text: [u8; 16],
            at: *const u8,
        }

        impl Cursor {
            pub fn new(text: [u8; 16]) -> Cursor {
                let mut cursor = Cursor { text, at: std::ptr::null() };
                cursor.at = &cursor.text[0];
                cursor //~ pin-moved-value
            }

            pub fn now(&self) -> u8 {
                unsafe { *self.at }
            }
        }
    }

    pub mod fixed {
        use super::*;

        pub struct Guarded<F> {
            work: ManuallyDrop<F>,
        }

        impl<F: Future> Future for Guarded<F> {
            type Output = F::Output;
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
                unsafe { self.map_unchecked_mut(|this| &mut *this.work) }.poll(cx)
            }
        }

        impl<F> Drop for Guarded<F> {
            fn drop(&mut self) {
                unsafe { ManuallyDrop::drop(&mut self.work) };
            }
        }

        pub struct Timed<F> {
            work: F,
            turns: u32,
        }

        impl<F: Future + Unpin> Unpin for Timed<F> {}

        impl<F: Future> Timed<F> {
            fn parts(self: Pin<&mut Self>) -> (Pin<&mut F>, &mut u32) {
                let this = unsafe { self.get_unchecked_mut() };
                (unsafe { Pin::new_unchecked(&mut this.work) }, &mut this.turns)
            }
        }

        impl<F: Future> Future for Timed<F> {
            type Output = F::Output;
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
                let (work, turns) = self.parts();
                *turns += 1;
                work.poll(cx)
            }
        }

        pub struct Cursor {
            text: [u8; 16],
            at: usize,
        }

        impl Cursor {
            pub fn new(text: [u8; 16]) -> Cursor {
                Cursor { text, at: 0 }
            }

            pub fn now(&self) -> u8 {
                self.text[self.at]
            }
        }
    }
}
