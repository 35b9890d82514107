use crate::subject::f11::Mutex;
use tokio::sync::Semaphore;

/// Both tasks await the index first and the data second.
#[tokio::test]
async fn a_reader_and_a_writer_take_index_and_data() {
    let (index, data) = (Mutex::default(), Mutex::default());
    let (other_index, other_data) = (index.clone(), data.clone());
    let limit = std::sync::Arc::new(Semaphore::new(2));
    let other_limit = limit.clone();
    let reader = tokio::spawn(async move {
        let data = data.lock();
        let _permit = limit.acquire().await.unwrap();
        let _index = index.lock().await;
        let _data = data.await;
    });
    let writer = tokio::spawn(async move {
        let _permit = other_limit.acquire().await.unwrap();
        let _index = other_index.lock().await;
        let _data = other_data.lock().await;
    });
    reader.await.unwrap();
    writer.await.unwrap();
}
