use std::rc::Rc;

async fn left() {
    tokio::task::yield_now().await;
}

async fn right() {
    let name = Rc::new(1);
    tokio::task::yield_now().await;
    println!("{name}");
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        tokio::join!(left(), right());
    });
}
