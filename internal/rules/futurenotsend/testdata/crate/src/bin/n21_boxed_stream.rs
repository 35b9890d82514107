use futures::stream::{self, StreamExt};

async fn greet(name: &str) -> usize {
    tokio::task::yield_now().await;
    name.len()
}

async fn all(names: Vec<String>) -> usize {
    let sizes: Vec<usize> = stream::iter(names.iter().map(|name| greet(name))).buffered(2).collect().await;
    sizes.len()
}

fn boxed(names: Vec<String>) -> futures::future::BoxFuture<'static, usize> {
    Box::pin(all(names))
}

#[tokio::main]
async fn main() {
    println!("{}", boxed(Vec::new()).await);
}
