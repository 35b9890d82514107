use std::fmt::Debug;

async fn show<T: Debug>(value: T) {
    tokio::task::yield_now().await;
    println!("{value:?}");
}

pub fn start<T: Debug + 'static>(value: T) {
    tokio::spawn(show(value));
}

fn main() {}
