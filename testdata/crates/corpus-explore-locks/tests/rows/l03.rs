use crate::subject::l03::Bucket;
use std::sync::Arc;

#[tokio::test]
async fn four_uploads_under_a_limit_of_three() {
    let bucket = Arc::new(Bucket::new(3));
    let mut uploads = Vec::new();
    for n in 0..4 {
        let bucket = bucket.clone();
        uploads.push(tokio::spawn(async move { bucket.upload(&format!("layer-{n}"), vec![n; 8]).await }));
    }
    for upload in uploads {
        upload.await.unwrap();
    }
    assert_eq!(bucket.remote.len(), 4);
}
