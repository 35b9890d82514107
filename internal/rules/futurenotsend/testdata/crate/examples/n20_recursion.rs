use std::pin::Pin;

fn walk(depth: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move {
        if depth == 0 {
            return 0;
        }
        walk(depth - 1).await + 1
    })
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        println!("{}", walk(3).await);
    });
}
