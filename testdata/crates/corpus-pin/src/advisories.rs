//! Rows of class "Pin and memory unsoundness around futures".

/// tokio #5372: the halves pin the value while they poll it, and give it back by value for any type.
pub mod p01 {
    use std::pin::Pin;
    use std::sync::{Arc, Mutex};
    use std::task::{Context, Poll};
    use tokio::io::{AsyncRead, ReadBuf};

    pub mod buggy {
        use super::*;

        pub struct Inner<T> {
            stream: Mutex<T>,
        }

        pub struct Half<T> {
            inner: Arc<Inner<T>>,
        }

        impl<T> Inner<T> {
            fn with<R>(&self, f: impl FnOnce(Pin<&mut T>) -> R) -> R {
                let mut guard = self.stream.lock().unwrap();
                f(unsafe { Pin::new_unchecked(&mut *guard) })
            }
        }

        impl<T: AsyncRead> AsyncRead for Half<T> {
            fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
                self.inner.with(|stream| stream.poll_read(cx, buf))
            }
        }

        impl<T> Half<T> {
            pub fn unsplit(self) -> T {
                let inner = Arc::try_unwrap(self.inner).ok().expect("both halves");
                inner.stream.into_inner().unwrap() //~? pin-moved-value
            }
        }
    }

    pub mod fixed {
        use super::*;

        pub struct Inner<T> {
            stream: Mutex<T>,
        }

        pub struct Half<T> {
            inner: Arc<Inner<T>>,
        }

        impl<T> Inner<T> {
            fn with<R>(&self, f: impl FnOnce(Pin<&mut T>) -> R) -> R {
                let mut guard = self.stream.lock().unwrap();
                f(unsafe { Pin::new_unchecked(&mut *guard) })
            }
        }

        impl<T: AsyncRead> AsyncRead for Half<T> {
            fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
                self.inner.with(|stream| stream.poll_read(cx, buf))
            }
        }

        impl<T> Half<T> {
            pub fn unsplit(self) -> T
            where
                T: Unpin,
            {
                let inner = Arc::try_unwrap(self.inner).ok().expect("both halves");
                inner.stream.into_inner().unwrap()
            }
        }
    }
}

/// futures-rs #2649: each turn makes a new Pin of a plain reference to what is kept beside.
pub mod p03 {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub mod buggy {
        use super::*;

        pub struct Join<A, B> {
            a: A,
            b: B,
        }

        impl<A: Future, B: Future> Join<A, B> {
            pub fn turn(&mut self, cx: &mut Context<'_>) -> (bool, bool) {
                let a = unsafe { Pin::new_unchecked(&mut self.a) }; //~ pin-projection-mismatch
                let b = unsafe { Pin::new_unchecked(&mut self.b) }; //~ pin-projection-mismatch
                (a.poll(cx).is_ready(), b.poll(cx).is_ready())
            }
        }
    }

    pub mod fixed {
        use super::*;

        pub struct Join<A, B> {
            a: A,
            b: B,
        }

        impl<A: Future, B: Future> Join<A, B> {
            pub fn turn(self: Pin<&mut Self>, cx: &mut Context<'_>) -> (bool, bool) {
                let this = unsafe { self.get_unchecked_mut() };
                let a = unsafe { Pin::new_unchecked(&mut this.a) };
                let b = unsafe { Pin::new_unchecked(&mut this.b) };
                (a.poll(cx).is_ready(), matches!(b.poll(cx), Poll::Ready(_)))
            }
        }
    }
}

/// actix-net #91: the transport is treated as pinned although the one who has it can move it.
pub mod p05 {
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

    pub mod buggy {
        use super::*;

        pub struct Framed<T> {
            io: T,
            buffer: Vec<u8>,
        }

        impl<T: AsyncRead + AsyncWrite> Framed<T> {
            pub fn next_item(&mut self, cx: &mut Context<'_>) -> Poll<std::io::Result<usize>> {
                let mut space = [0; 64];
                let mut buf = ReadBuf::new(&mut space);
                let io = unsafe { Pin::new_unchecked(&mut self.io) }; //~ pin-projection-mismatch
                match io.poll_read(cx, &mut buf) {
                    Poll::Ready(Ok(())) => {
                        self.buffer.extend_from_slice(buf.filled());
                        Poll::Ready(Ok(self.buffer.len()))
                    }
                    Poll::Ready(Err(e)) => Poll::Ready(Err(e)),
                    Poll::Pending => Poll::Pending,
                }
            }

            pub fn into_parts(self) -> (T, Vec<u8>) {
                (self.io, self.buffer)
            }
        }
    }

    pub mod fixed {
        use super::*;

        pub struct Framed<T> {
            io: T,
            buffer: Vec<u8>,
        }

        impl<T: AsyncRead + AsyncWrite> Framed<T> {
            pub fn next_item(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<usize>> {
                let this = unsafe { self.get_unchecked_mut() };
                let mut space = [0; 64];
                let mut buf = ReadBuf::new(&mut space);
                let io = unsafe { Pin::new_unchecked(&mut this.io) };
                match io.poll_read(cx, &mut buf) {
                    Poll::Ready(Ok(())) => {
                        this.buffer.extend_from_slice(buf.filled());
                        Poll::Ready(Ok(this.buffer.len()))
                    }
                    Poll::Ready(Err(e)) => Poll::Ready(Err(e)),
                    Poll::Pending => Poll::Pending,
                }
            }

            pub fn into_parts(self) -> (T, Vec<u8>) {
                (self.io, self.buffer)
            }
        }
    }
}
