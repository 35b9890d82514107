use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, ReadBuf};

/// The bytes of a reader, one by one.
pub struct Bytes<R>(pub R);

impl<R: AsyncRead + Unpin> Bytes<R> {
    pub async fn next(&mut self) -> io::Result<u8> {
        std::future::poll_fn(|cx| self.poll_byte(cx)).await
    }
}

pub trait PollByte {
    fn poll_byte(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<u8>>;
}

impl<R: AsyncRead + Unpin> PollByte for Bytes<R> {
    fn poll_byte(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<u8>> {
        let mut byte = [0];
        match Pin::new(&mut self.0).poll_read(cx, &mut ReadBuf::new(&mut byte)) {
            Poll::Ready(Ok(())) => Poll::Ready(Ok(byte[0])),
            Poll::Ready(Err(e)) if e.kind() == io::ErrorKind::Interrupted => Poll::Pending, //~ pending-without-waker: although `poll_read` was ready
            Poll::Ready(Err(e)) => Poll::Ready(Err(e)),
            Poll::Pending => Poll::Pending,
        }
    }
}
