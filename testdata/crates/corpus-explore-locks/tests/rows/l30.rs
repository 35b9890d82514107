use crate::subject::l30::MessageHandler;

#[tokio::test]
async fn one_client_comes_as_another_goes() {
    let handler = MessageHandler::default();
    let first = handler.create_session("first").await;
    let (coming, going) = (handler.clone(), handler.clone());
    let comes = tokio::spawn(async move { coming.create_session("second").await });
    let goes = tokio::spawn(async move { going.close_session(first).await });
    goes.await.unwrap();
    assert_eq!(comes.await.unwrap(), 2);
    assert_eq!(handler.server_state.read().await.closed, 1);
}
