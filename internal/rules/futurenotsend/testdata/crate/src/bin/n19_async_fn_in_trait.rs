pub trait Store {
    async fn load(&self, key: u32) -> String;
}

pub fn start<S: Store + Send + Sync + 'static>(store: S) {
    tokio::spawn(async move {
        let text = store.load(1).await;
        println!("{text}");
    });
}

fn main() {}
