use std::future::Future;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll};

/// One choice for each field.
pub struct Agreed<A, B> {
    pinned: A,
    movable: Option<B>,
}

impl<A: Unpin, B> Unpin for Agreed<A, B> {}

impl<A: Future, B> Agreed<A, B> {
    pub fn pinned(self: Pin<&mut Self>) -> Pin<&mut A> {
        unsafe { self.map_unchecked_mut(|this| &mut this.pinned) }
    }

    pub fn movable(self: Pin<&mut Self>) -> &mut Option<B> {
        unsafe { &mut self.get_unchecked_mut().movable }
    }

    /// The owner has not pinned it yet.
    pub fn get_mut(&mut self) -> &mut A {
        &mut self.pinned
    }

    pub fn into_inner(self) -> (A, Option<B>) {
        (self.pinned, self.movable)
    }

    /// # Safety
    /// The field must not be moved.
    pub unsafe fn raw(self: Pin<&mut Self>) -> &mut A {
        unsafe { &mut self.get_unchecked_mut().pinned }
    }
}

/// Nothing is pinned through it: the target lies in a box.
pub struct Boxed<F> {
    work: Box<F>,
    log: Vec<u32>,
}

impl<F> Unpin for Boxed<F> {}

impl<F: Future> Future for Boxed<F> {
    type Output = F::Output;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.log.push(1);
        unsafe { Pin::new_unchecked(&mut *self.work) }.poll(cx)
    }
}

/// The destructor moves what was never pinned.
pub struct Reported<F> {
    work: F,
    name: Option<String>,
}

impl<F: Future> Future for Reported<F> {
    type Output = F::Output;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        unsafe { self.map_unchecked_mut(|this| &mut this.work) }.poll(cx)
    }
}

impl<F> Drop for Reported<F> {
    fn drop(&mut self) {
        if let Some(name) = self.name.take() {
            println!("{name}");
        }
    }
}

pub struct Plain<F: Future + Unpin> {
    work: F,
}

impl<F: Future + Unpin> Plain<F> {
    pub fn step(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        unsafe { Pin::new_unchecked(&mut self.work) }.poll(cx)
    }
}

/// The pointer leads to the heap, or its owner cannot move.
pub struct Heap {
    buffer: Vec<u8>,
    at: *const u8,
}

impl Heap {
    pub fn start(&mut self) {
        self.at = self.buffer.as_ptr();
    }

    pub fn byte(&self) -> u8 {
        unsafe { *self.at }
    }
}

pub struct Fixed {
    buffer: [u8; 64],
    at: *const u8,
    _pin: PhantomPinned,
}

impl Fixed {
    pub fn start(self: Pin<&mut Self>) {
        let this = unsafe { self.get_unchecked_mut() };
        this.at = this.buffer.as_ptr();
    }

    pub fn byte(self: Pin<&Self>) -> u8 {
        unsafe { *self.at }
    }
}
