//@ era futures 0.1
use futures::stream;
use futures::StreamExt;

#[tokio::main]
async fn main() {
    let words = stream::iter_ok::<_, ()>(vec!["one", "two", "three"]);
    let n = words.collect::<Vec<_>>().await.len();
    println!("{}", n);
}
