use std::rc::{Rc, Weak};

struct Node {
    parent: Weak<Node>,
    value: u32,
}

async fn depth(node: Rc<Node>) -> u32 {
    let parent = node.parent.clone();
    tokio::task::yield_now().await;
    parent.upgrade().map_or(0, |up| up.value + 1)
}

fn start(node: Rc<Node>) -> impl Future<Output = u32> + Send {
    depth(node)
}

fn main() {
    let node = Rc::new(Node { parent: Weak::new(), value: 1 });
    drop(start(node));
}
