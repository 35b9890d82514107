async fn open(path: String) {
    println!("{path}");
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let args: Vec<_> = std::env::args().collect();
        for path in args {
            open(path).await;
        }
    });
}
