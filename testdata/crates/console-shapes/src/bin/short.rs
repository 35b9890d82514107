//! Ends before anybody could look.
#[tokio::main]
async fn main() {
    for _ in 0..50 {
        tokio::spawn(async {}).await.unwrap();
    }
}
