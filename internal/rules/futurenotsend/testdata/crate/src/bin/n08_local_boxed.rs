use futures::future::{FutureExt, LocalBoxFuture};

fn step() -> LocalBoxFuture<'static, u32> {
    async { 1 }.boxed_local()
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let n = step().await;
        println!("{n}");
    });
}
