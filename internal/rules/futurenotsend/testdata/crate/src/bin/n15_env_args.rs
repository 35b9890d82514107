async fn open(path: String) {
    println!("{path}");
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        for path in std::env::args() {
            open(path).await;
        }
    });
}
