use std::cell::OnceCell;

async fn load(slot: &OnceCell<String>) {
    tokio::task::yield_now().await;
    slot.get_or_init(|| "ready".to_string());
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let slot = OnceCell::new();
        load(&slot).await;
    });
}
