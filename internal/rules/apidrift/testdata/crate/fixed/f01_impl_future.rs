use futures::Future;

struct Answer;

impl Future for Answer {
    type Output = Result<u32, ()>;

    fn poll(self: std::pin::Pin<&mut Self>, _cx: &mut std::task::Context<'_>) -> std::task::Poll<Self::Output> {
        std::task::Poll::Ready(Ok(42))
    }
}

fn main() {
    let _ = Answer;
}
