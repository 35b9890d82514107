//! Buffers that something outside writes to, and values that point into themselves.

/// A request whose descriptor points into its own buffer.
pub mod descriptor {
    use std::marker::PhantomPinned;
    use std::pin::Pin;

    pub mod unsound {
        pub struct Request {
            buffer: [u8; 256],
            base: *mut u8,
        }

        impl Request {
            pub fn new() -> Request {
                let mut request = Request { buffer: [0; 256], base: std::ptr::null_mut() };
                request.base = request.buffer.as_mut_ptr();
                request //~ pin-moved-value
            }

            pub fn first(&self) -> u8 {
                unsafe { *self.base }
            }
        }
    }

    pub mod sound {
        use super::*;

        pub struct Request {
            buffer: [u8; 256],
            base: *mut u8,
            _pin: PhantomPinned,
        }

        impl Request {
            pub fn new() -> Pin<Box<Request>> {
                let mut request = Box::pin(Request { buffer: [0; 256], base: std::ptr::null_mut(), _pin: PhantomPinned });
                let this = unsafe { request.as_mut().get_unchecked_mut() };
                this.base = this.buffer.as_mut_ptr();
                request
            }

            pub fn first(self: Pin<&Self>) -> u8 {
                unsafe { *self.base }
            }
        }
    }
}

/// A ring that the kernel fills.
pub mod ring {
    use std::pin::Pin;

    pub mod unsound {
        use super::*;

        pub struct Ring {
            slots: [u64; 8],
            head: *mut u64,
        }

        impl Ring {
            pub fn start(self: Pin<&mut Self>) {
                let this = self.get_mut();
                this.head = &mut this.slots[0]; //~ pin-projection-mismatch
            }

            pub fn pop(&mut self) -> u64 {
                unsafe { self.head.read() }
            }
        }
    }

    pub mod sound {
        use super::*;

        pub struct Ring {
            slots: Box<[u64; 8]>,
            head: *mut u64,
        }

        impl Ring {
            pub fn start(self: Pin<&mut Self>) {
                let this = self.get_mut();
                this.head = &mut this.slots[0];
            }

            pub fn pop(&mut self) -> u64 {
                unsafe { self.head.read() }
            }
        }
    }
}

/// An operation that the kernel completes, polled for its result.
pub mod completion {
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI32, Ordering};
    use std::task::{Context, Poll};

    pub mod unsound {
        use super::*;

        pub struct Read {
            result: Arc<AtomicI32>,
        }

        impl Future for Read {
            type Output = i32;
            fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<i32> {
                match self.result.load(Ordering::Acquire) {
                    i32::MIN => Poll::Pending, //~ pending-without-waker
                    n => Poll::Ready(n),
                }
            }
        }

        pub async fn wait(result: Arc<AtomicI32>) -> i32 {
            while result.load(Ordering::Acquire) == i32::MIN { //~ never-yields
                std::hint::spin_loop();
            }
            result.load(Ordering::Acquire)
        }
    }

    pub mod sound {
        use super::*;
        use futures::task::AtomicWaker;

        #[derive(Default)]
        pub struct Shared {
            result: AtomicI32,
            waker: AtomicWaker,
        }

        pub struct Read {
            shared: Arc<Shared>,
        }

        pub fn complete(shared: &Shared, result: i32) {
            shared.result.store(result, Ordering::Release);
            shared.waker.wake();
        }

        impl Future for Read {
            type Output = i32;
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<i32> {
                self.shared.waker.register(cx.waker());
                match self.shared.result.load(Ordering::Acquire) {
                    i32::MIN => Poll::Pending,
                    n => Poll::Ready(n),
                }
            }
        }
    }
}
