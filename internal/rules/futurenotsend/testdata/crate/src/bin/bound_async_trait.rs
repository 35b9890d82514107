use std::rc::Rc;

#[async_trait::async_trait]
trait Store {
    async fn load(&self) -> usize;
}

struct Memory;

#[async_trait::async_trait]
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
