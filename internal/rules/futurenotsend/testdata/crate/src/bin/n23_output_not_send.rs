use std::rc::Rc;

async fn build() -> Rc<String> {
    tokio::task::yield_now().await;
    Rc::new("done".to_string())
}

#[tokio::main]
async fn main() {
    let done = tokio::spawn(async { build().await });
    println!("{}", done.await.unwrap());
}
