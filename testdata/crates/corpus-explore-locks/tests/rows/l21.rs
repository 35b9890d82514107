use crate::subject::l21::Store;
use corpus_explore_locks::l21::Pool;
use std::sync::Arc;

#[tokio::test]
async fn messages_are_saved_at_the_same_time() {
    let store = Arc::new(Store { pool: Pool::new(2) });
    let saves: Vec<_> = ["hello", "how are you", "bye"]
        .map(|text| {
            let store = store.clone();
            tokio::spawn(async move { store.save_message(text).await })
        })
        .into();
    for save in saves {
        save.await.unwrap();
    }
    assert_eq!(store.pool.acquire().await.count().await, 6);
}
