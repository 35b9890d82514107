use std::rc::Rc;

async fn send(text: &str) {
    println!("{text}");
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let name: Rc<str> = Rc::from("pollux");
        send(&name).await;
        println!("{name}");
    });
}
