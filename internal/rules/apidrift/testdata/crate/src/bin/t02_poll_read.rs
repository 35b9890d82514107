//@ era tokio 0.2
//@ rows V046
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt};

struct Zeros;

impl AsyncRead for Zeros {
    fn poll_read(self: Pin<&mut Self>, _cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        for b in buf.iter_mut() {
            *b = 0;
        }
        Poll::Ready(Ok(buf.len()))
    }
}

#[tokio::main]
async fn main() {
    let mut four = [1; 4];
    Zeros.read_exact(&mut four).await.unwrap();
}
