async fn log(text: &str) {
    println!("{text}");
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let n = 7;
        let text = format!("n = {n}");
        log(&text).await;
    });
}
