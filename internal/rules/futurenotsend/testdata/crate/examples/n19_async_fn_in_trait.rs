pub trait Store {
    fn load(&self, key: u32) -> impl Future<Output = String> + Send;
}

pub fn start<S: Store + Send + Sync + 'static>(store: S) {
    tokio::spawn(async move {
        let text = store.load(1).await;
        println!("{text}");
    });
}

struct Memory;

impl Store for Memory {
    async fn load(&self, key: u32) -> String {
        key.to_string()
    }
}

#[tokio::main]
async fn main() {
    start(Memory);
}
