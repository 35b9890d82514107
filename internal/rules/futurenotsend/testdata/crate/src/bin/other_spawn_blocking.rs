use std::rc::Rc;

#[tokio::main]
async fn main() {
    let name = Rc::new(1);
    tokio::task::spawn_blocking(move || println!("{name}"));
}
