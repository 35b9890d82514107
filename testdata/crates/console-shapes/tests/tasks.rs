#[tokio::test]
async fn sound() {
    let (tx, rx) = tokio::sync::oneshot::channel();
    tokio::spawn(async move { tx.send(1) }).await.unwrap().unwrap();
    assert_eq!(rx.await, Ok(1));
}

#[tokio::test]
async fn leaves_a_task_without_a_waker() {
    tokio::spawn(console_shapes::LostWaker);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
}

#[test]
fn without_tokio() {
    assert_eq!(1 + 1, 2);
}

#[tokio::test]
async fn fails() {
    tokio::task::yield_now().await;
    panic!("on purpose");
}
