use std::rc::Rc;

async fn work() {
    let name = Rc::new(1);
    tokio::task::yield_now().await;
    println!("{name}");
}

fn boxed() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(work())
}

#[tokio::main]
async fn main() {
    tokio::spawn(work());
    tokio::spawn(async { work().await });
    boxed().await;
}
