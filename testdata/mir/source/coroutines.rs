//@ edition: 2021
//! Coroutines of every origin, with awaits of every form that needs no library.
#![allow(async_fn_in_trait)]

use std::future::Future;
use std::pin::{pin, Pin};
use std::task::{Context, Poll};

pub struct Yield(pub bool);

impl Future for Yield {
    type Output = u32;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        if self.0 {
            return Poll::Ready(1);
        }
        self.0 = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

pub async fn leaf() -> u32 {
    7
}

pub async fn plain() -> u32 {
    Yield(false).await + leaf().await
}

pub async fn boxed(f: Box<dyn Future<Output = u32> + Unpin>) -> u32 {
    f.await
}

pub async fn pinned_box(f: Pin<Box<dyn Future<Output = u32> + Send>>) -> u32 {
    f.await
}

pub async fn pinned_reference(f: Pin<&mut Yield>) -> u32 {
    f.await
}

pub async fn reference(f: &mut Yield) -> u32 {
    f.await
}

pub async fn pinned_in_place() -> u32 {
    let mut f = pin!(Yield(false));
    f.as_mut().await + f.await
}

pub async fn generic<F: Future<Output = u32>>(f: F) -> u32 {
    f.await
}

pub async fn opaque(f: impl Future<Output = u32>) -> u32 {
    f.await
}

pub async fn into_future(f: std::future::Ready<u32>) -> u32 {
    f.await
}

pub async fn closure_poll() -> u32 {
    let mut f = Yield(false);
    std::future::poll_fn(move |cx| Pin::new(&mut f).poll(cx)).await
}

pub fn block(s: String) -> impl Future<Output = usize> {
    async move {
        Yield(false).await;
        s.len()
    }
}

pub async fn nested() -> u32 {
    let inner = async {
        let deep = async { Yield(false).await };
        deep.await + 1
    };
    inner.await
}

pub async fn in_loop(turns: u32) -> u32 {
    let mut n = 0;
    for _ in 0..turns {
        if n > 5 {
            break;
        }
        n += Yield(false).await;
    }
    n
}

pub async fn in_match(o: Option<Yield>) -> Result<u32, String> {
    match o {
        Some(f) => Ok(f.await),
        None => Err(fallible().await?.to_string()),
    }
}

pub async fn fallible() -> Result<u32, String> {
    Err(String::new())
}

pub fn recursive(n: u32) -> Pin<Box<dyn Future<Output = u32>>> {
    Box::pin(async move {
        if n == 0 {
            return 0;
        }
        recursive(n - 1).await + n
    })
}

pub trait Service {
    fn call(&mut self, n: u32) -> impl Future<Output = u32> + Send;
    async fn both(&mut self) -> u32 {
        self.call(1).await + self.call(2).await
    }
}

pub struct Echo;

impl Service for Echo {
    async fn call(&mut self, n: u32) -> u32 {
        Yield(n > 0).await
    }
}

pub async fn by_trait<S: Service>(mut s: S) -> u32 {
    s.call(1).await
}

pub async fn without_suspension(n: u32) -> u32 {
    n + 1
}

pub async fn never() -> u32 {
    std::future::pending::<()>().await;
    unreachable!()
}

pub struct Count<F> {
    pub inner: F,
    pub polls: u32,
}

impl<F: Future + Unpin> Future for Count<F> {
    type Output = (F::Output, u32);
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.polls += 1;
        match Pin::new(&mut self.inner).poll(cx) {
            Poll::Ready(v) => Poll::Ready((v, self.polls)),
            Poll::Pending => Poll::Pending,
        }
    }
}

pub async fn counted() -> u32 {
    let (v, polls) = Count { inner: Box::pin(plain()), polls: 0 }.await;
    v + polls
}
