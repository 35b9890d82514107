use std::sync::Arc;

async fn send(text: &str) {
    println!("{text}");
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let name: Arc<str> = Arc::from("pollux");
        send(&name).await;
        println!("{name}");
    });
}
