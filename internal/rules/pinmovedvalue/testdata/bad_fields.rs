use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub struct Slot<F> {
    work: F,
    turns: u32,
}

impl<F: Future> Slot<F> {
    fn work(self: Pin<&mut Self>) -> Pin<&mut F> {
        unsafe { self.map_unchecked_mut(|slot| &mut slot.work) }
    }

    pub fn exchange(self: Pin<&mut Self>, other: &mut F) {
        unsafe { std::mem::swap(&mut self.get_unchecked_mut().work, other) } //~ pin-moved-value: `work` moves after it was pinned
    }

    pub fn replace(self: Pin<&mut Self>, with: F) -> F {
        let this = unsafe { self.get_unchecked_mut() };
        std::mem::replace(&mut this.work, with) //~ pin-moved-value
    }

    pub fn copy_out(mut self: Pin<&mut Self>) -> F {
        let at: *const F = unsafe { &self.as_mut().get_unchecked_mut().work };
        unsafe { std::ptr::read(at) } //~ pin-moved-value
    }
}

impl<F: Future> Future for Slot<F> {
    type Output = F::Output;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.as_mut().work().poll(cx)
    }
}

pub enum Step<F> {
    Running(F),
    Done(u32),
    Gone,
}

impl<F: Future<Output = u32>> Step<F> {
    pub fn advance(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        let this = unsafe { self.get_unchecked_mut() };
        match this {
            Step::Running(work) => {
                let work = unsafe { Pin::new_unchecked(work) };
                if let Poll::Ready(n) = work.poll(cx) {
                    let _old = std::mem::replace(this, Step::Done(n)); //~ pin-moved-value
                }
                Poll::Pending
            }
            Step::Done(n) => Poll::Ready(*n),
            Step::Gone => Poll::Pending,
        }
    }
}

fn take_from<F>(slot: &mut Option<F>) -> Option<F> {
    slot.take()
}

fn pinned<F>(slot: &mut Option<F>) -> Option<Pin<&mut F>> {
    match slot {
        Some(work) => Some(unsafe { Pin::new_unchecked(work) }),
        None => None,
    }
}

pub struct Helped<F> {
    slot: Option<F>,
}

impl<F: Future> Future for Helped<F> {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = unsafe { self.get_unchecked_mut() };
        if let Some(work) = pinned(&mut this.slot) {
            if work.poll(cx).is_ready() {
                take_from(&mut this.slot); //~ pin-moved-value
                return Poll::Ready(());
            }
        }
        Poll::Pending
    }
}
