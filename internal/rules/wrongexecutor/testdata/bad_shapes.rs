//@ edition: 2024
//! Ways from a start without a tokio runtime to something that needs one.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures::executor::block_on;

async fn nap() {
    tokio::time::sleep(Duration::from_millis(1)).await; //~ wrong-executor: `tokio::time::sleep` panics: there is no reactor running
}

async fn twice() {
    nap().await;
    nap().await;
}

pub fn through_two_functions() {
    block_on(twice());
}

pub fn direct_block() {
    pollster::block_on(async {
        tokio::fs::read("x").await.ok(); //~ wrong-executor: `tokio::fs::read` panics
    });
}

pub fn at_the_call() {
    block_on(tokio::time::timeout(Duration::from_secs(1), std::future::ready(1))).ok(); //~ wrong-executor
}

struct Client {
    address: String,
}

impl Client {
    async fn connect(&self) -> std::io::Result<()> {
        tokio::net::TcpStream::connect(&self.address).await?; //~ wrong-executor: `tokio::net::TcpStream::connect` panics
        Ok(())
    }
}

pub fn through_a_method() {
    let client = Client { address: "a:1".to_owned() };
    block_on(client.connect()).ok();
}

trait Store {
    fn save(&self) -> impl Future<Output = ()>;
}

struct Disk;

impl Store for Disk {
    async fn save(&self) {
        tokio::fs::write("x", b"").await.ok(); //~ wrong-executor
    }
}

async fn save_all<S: Store>(store: &S) {
    store.save().await;
}

pub fn through_a_generic_trait() {
    block_on(save_all(&Disk));
}

async fn retry<F, Fut>(make: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = bool>,
{
    while !make().await {}
}

async fn attempt() -> bool {
    tokio::task::spawn_blocking(|| true).await.unwrap() //~ wrong-executor: `tokio::task::spawn_blocking` panics
}

pub fn through_a_closure() {
    block_on(retry(|| attempt()));
}

fn run<F: Future>(future: F) -> F::Output {
    futures::executor::block_on(future)
}

pub fn started_by_a_helper() {
    run(async {
        tokio::spawn(async {}); //~ wrong-executor
    });
}

fn boxed() -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async {
        tokio::time::sleep(Duration::from_millis(1)).await; //~ wrong-executor
    })
}

pub fn through_a_box() {
    block_on(boxed());
}

pub fn through_a_box_in_sight() {
    let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async {
        tokio::net::lookup_host("a:1").await.ok(); //~ wrong-executor
    });
    block_on(future);
}

#[async_trait::async_trait]
trait Job {
    async fn run(&self);
}

struct Sweep;

#[async_trait::async_trait]
impl Job for Sweep {
    async fn run(&self) {
        tokio::time::interval(Duration::from_secs(1)).tick().await; //~ wrong-executor
    }
}

pub fn through_async_trait() {
    block_on(Sweep.run());
}

pub fn joined() {
    block_on(async {
        futures::join!(one(), two());
    });
}

async fn one() {
    tokio::task::yield_now().await;
}

async fn two() {
    tokio::process::Command::new("true").status().await.ok(); //~ wrong-executor
}

pub fn selected() {
    block_on(async {
        tokio::select! {
            _ = one() => {}
            _ = ticks() => {}
        }
    });
}

async fn ticks() {
    tokio::time::sleep_until(tokio::time::Instant::now()).await; //~ wrong-executor
}

pub fn on_a_thread() {
    std::thread::spawn(|| {
        tokio::spawn(async {}); //~ wrong-executor
    });
}

fn work() {
    tokio::runtime::Handle::current(); //~ wrong-executor
}

pub fn named_function_on_a_thread() {
    std::thread::spawn(work);
}

pub fn guard_that_is_gone(runtime: &tokio::runtime::Runtime) {
    {
        let _guard = runtime.enter();
    }
    block_on(async {
        tokio::fs::read("x").await.ok(); //~ wrong-executor
    });
}

pub fn guard_that_is_dropped_at_once(runtime: &tokio::runtime::Runtime) {
    let _ = runtime.enter();
    block_on(async {
        tokio::fs::read("x").await.ok(); //~ wrong-executor
    });
}

pub fn async_closure() {
    let fetch = async |n: u64| {
        tokio::time::sleep(Duration::from_millis(n)).await; //~ wrong-executor
    };
    block_on(fetch(1));
}

struct Limited<F> {
    inner: F,
}

impl<F: Future + Unpin> Future for Limited<F> {
    type Output = F::Output;
    fn poll(mut self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> std::task::Poll<F::Output> {
        Pin::new(&mut self.inner).poll(cx)
    }
}

pub fn through_a_future_of_its_own() {
    block_on(Limited { inner: Box::pin(connects()) });
}

async fn connects() {
    tokio::net::UdpSocket::bind("a:1").await.ok(); //~ wrong-executor
}
