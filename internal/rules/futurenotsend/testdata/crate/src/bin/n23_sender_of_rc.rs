use std::rc::Rc;
use tokio::sync::mpsc;

async fn feed(out: mpsc::Sender<Rc<u32>>) {
    let _ = out.send(Rc::new(1)).await;
}

#[tokio::main]
async fn main() {
    let (out, _in) = mpsc::channel(1);
    tokio::spawn(feed(out));
}
