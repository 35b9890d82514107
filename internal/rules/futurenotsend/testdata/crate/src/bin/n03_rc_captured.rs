use std::rc::Rc;

async fn send(text: &str) {
    println!("{text}");
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    let name: Rc<str> = Rc::from("pollux");
    let again = Rc::clone(&name);
    tokio::spawn(async move {
        send(&again).await;
    });
    println!("{name}");
}
