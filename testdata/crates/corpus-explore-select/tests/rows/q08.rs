use crate::subject::q08::run_until_cancelled;
use corpus_explore_select::q08::Token;
use std::sync::Arc;
use tokio::sync::Mutex;

#[tokio::test]
async fn nothing_is_written_after_the_end() {
    let (token, log) = (Arc::new(Token::default()), Arc::new(Mutex::new(Vec::new())));
    let (ending, ended) = (token.clone(), log.clone());
    let writer = tokio::spawn({
        let log = log.clone();
        async move {
            for n in 0..3 {
                let write = async { log.lock().await.push(n) };
                if run_until_cancelled(&token, write).await.is_none() {
                    return;
                }
            }
        }
    });
    let end = tokio::spawn(async move {
        let log = ended.lock().await;
        ending.cancel();
        log.len()
    });
    let written = end.await.unwrap();
    writer.await.unwrap();
    assert_eq!(log.lock().await.len(), written);
}
