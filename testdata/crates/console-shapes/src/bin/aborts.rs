//! Ends in a way that runs no handler.
#[tokio::main]
async fn main() {
    tokio::spawn(async {}).await.unwrap();
    std::process::abort();
}
