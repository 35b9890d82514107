async fn send(text: String) {
    println!("{text}");
    tokio::task::yield_now().await;
}

async fn each(callback: Box<dyn Fn(u32) -> String + Send>) {
    for n in 0..3 {
        send(callback(n)).await;
    }
}

#[tokio::main]
async fn main() {
    tokio::spawn(each(Box::new(|n| n.to_string())));
}
