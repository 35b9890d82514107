//@ era futures 0.1
use futures::sync::oneshot;

#[tokio::main]
async fn main() {
    let (tx, rx) = oneshot::channel::<String>();
    std::thread::spawn(move || {
        tx.complete("done".to_string());
    });
    println!("{}", rx.await.unwrap());
}
