use std::rc::Rc;

trait Handler {
    fn call(self) -> impl Future<Output = ()> + Send;
}

impl<F, Fut> Handler for F
where
    F: FnOnce() -> Fut,
    Fut: Future<Output = ()> + Send,
{
    fn call(self) -> impl Future<Output = ()> + Send {
        self()
    }
}

fn route<H: Handler>(_handler: H) {}

async fn page() {
    let name = Rc::new("abc".to_string());
    tokio::task::yield_now().await;
    println!("{name}");
}

fn main() {
    route(page);
}
