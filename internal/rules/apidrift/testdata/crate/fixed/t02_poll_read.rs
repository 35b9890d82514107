use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt};

struct Zeros;

impl AsyncRead for Zeros {
    fn poll_read(self: Pin<&mut Self>, _cx: &mut Context<'_>, buf: &mut tokio::io::ReadBuf<'_>) -> Poll<io::Result<()>> {
        let n = buf.remaining();
        buf.put_slice(&vec![0; n]);
        Poll::Ready(Ok(()))
    }
}

#[tokio::main]
async fn main() {
    let mut four = [1; 4];
    Zeros.read_exact(&mut four).await.unwrap();
}
