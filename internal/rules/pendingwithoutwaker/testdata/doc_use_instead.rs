use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, ReadBuf};

pub trait PollByte {
    fn poll_byte(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<u8>>;
}

pub struct Bytes<R>(pub R);

impl<R: AsyncRead + Unpin> PollByte for Bytes<R> {
    fn poll_byte(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<u8>> {
        let mut byte = [0];
        loop {
            match Pin::new(&mut self.0).poll_read(cx, &mut ReadBuf::new(&mut byte)) {
                Poll::Ready(Ok(())) => return Poll::Ready(Ok(byte[0])),
                Poll::Ready(Err(e)) if e.kind() == io::ErrorKind::Interrupted => {}
                Poll::Ready(Err(e)) => return Poll::Ready(Err(e)),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}
