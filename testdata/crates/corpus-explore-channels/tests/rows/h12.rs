use crate::subject::h12::{get, put_back_broken};
use corpus_explore_channels::h12::pool;

#[tokio::test]
async fn two_wait_for_the_place_of_a_broken_connection() {
    let pool = pool(1);
    get(&pool).await;
    let (breaks, one, two) = (pool.clone(), pool.clone(), pool);
    let broken = tokio::spawn(async move { put_back_broken(&breaks) });
    let first = tokio::spawn(async move {
        get(&one).await;
        tokio::task::yield_now().await;
        put_back_broken(&one);
    });
    let second = tokio::spawn(async move {
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        get(&two).await;
        tokio::task::yield_now().await;
        put_back_broken(&two);
    });
    broken.await.unwrap();
    first.await.unwrap();
    second.await.unwrap();
}
