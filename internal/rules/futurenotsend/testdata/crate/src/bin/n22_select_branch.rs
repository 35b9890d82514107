use std::rc::Rc;
use std::time::Duration;

async fn work(name: Rc<String>) {
    tokio::task::yield_now().await;
    println!("{name}");
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        tokio::select! {
            _ = work(Rc::new("a".to_string())) => {}
            _ = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    });
}
