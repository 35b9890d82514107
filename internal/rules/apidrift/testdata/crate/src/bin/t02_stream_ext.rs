//@ era tokio 0.2
//@ rows V024
use tokio::stream::StreamExt;

#[tokio::main]
async fn main() {
    let mut numbers = tokio::stream::iter(vec![1, 2, 3]).map(|n| n * 2);
    while let Some(n) = numbers.next().await {
        println!("{n}");
    }
}
