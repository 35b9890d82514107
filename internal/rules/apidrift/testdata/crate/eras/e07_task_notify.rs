//@ era futures 0.1
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

struct YieldOnce(bool);

impl Future for YieldOnce {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        futures::task::current().notify();
        Poll::Pending
    }
}

#[tokio::main]
async fn main() {
    YieldOnce(false).await;
}
