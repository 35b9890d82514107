use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub struct Dropped<F> {
    work: Option<F>,
}

impl<F: Future> Future for Dropped<F> {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let work = unsafe { self.map_unchecked_mut(|this| &mut this.work) };
        match work.as_pin_mut() {
            Some(work) => work.poll(cx).map(drop),
            None => Poll::Ready(()),
        }
    }
}

impl<F> Drop for Dropped<F> {
    fn drop(&mut self) {
        if let Some(_work) = self.work.take() { //~ pin-projection-mismatch: `work` is pinned, and this destructor moves it
            println!("not finished");
        }
    }
}

pub struct Open<F> {
    pub name: String,
    work: F,
}

impl<F: Future> Open<F> {
    pub fn name_mut(self: Pin<&mut Self>) -> &mut String {
        unsafe { &mut self.get_unchecked_mut().name }
    }

    pub fn work_mut(self: Pin<&mut Self>) -> &mut F {
        unsafe { &mut self.get_unchecked_mut().work } //~ pin-projection-mismatch
    }

    pub fn parts(self: Pin<&mut Self>) -> (&mut String, &mut F) {
        let this = unsafe { self.get_unchecked_mut() };
        (&mut this.name, &mut this.work) //~ pin-projection-mismatch
    }

    pub fn pinned(self: Pin<&mut Self>) -> Pin<&mut F> {
        unsafe { self.map_unchecked_mut(|this| &mut this.work) }
    }
}

pub struct Movable<F> {
    work: F,
}

impl<F: Future> Movable<F> {
    pub fn step(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        unsafe { Pin::new_unchecked(&mut self.work) }.poll(cx) //~ pin-projection-mismatch
    }
}

pub struct Lent<'a, F> {
    work: &'a mut F,
}

impl<F: Future> Future for Lent<'_, F> {
    type Output = F::Output;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.get_mut();
        unsafe { Pin::new_unchecked(&mut *this.work) }.poll(cx) //~ pin-projection-mismatch
    }
}

#[repr(C, packed)]
pub struct Packed<F> {
    tag: u8,
    work: F,
}

impl<F: Future> Packed<F> {
    pub unsafe fn work(self: Pin<&mut Self>) -> Pin<&mut F> {
        unsafe {
            let this = self.get_unchecked_mut();
            let work = &raw mut this.work;
            Pin::new_unchecked(&mut *work) //~ pin-projection-mismatch
        }
    }
}

pub struct Parser {
    buffer: [u8; 64],
    at: *const u8,
}

impl Parser {
    pub fn start(self: Pin<&mut Self>) {
        let this = self.get_mut();
        this.at = this.buffer.as_ptr(); //~ pin-projection-mismatch
    }

    pub fn byte(&self) -> u8 {
        unsafe { *self.at }
    }
}
