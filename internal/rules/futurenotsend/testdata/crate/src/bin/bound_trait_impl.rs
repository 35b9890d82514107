use std::rc::Rc;

trait Store {
    fn load(&self) -> impl Future<Output = usize> + Send;
}

struct Memory;

impl Store for Memory {
    async fn load(&self) -> usize {
        let text = Rc::new("abc".to_string());
        tokio::task::yield_now().await;
        text.len()
    }
}

#[tokio::main]
async fn main() {
    println!("{}", Memory.load().await);
}
