use crate::subject::k23::sync;
use corpus_explore_cancel::k23::send_typed_frame;
use tokio::sync::broadcast;

#[tokio::test]
async fn a_peer_sends_while_the_document_changes() {
    let (ours, mut theirs) = tokio::io::duplex(1024);
    let (change, changes) = broadcast::channel(16);
    tokio::spawn(async move {
        for (kind, text) in [(0, "{\"cell\":1}"), (1, "print(1)"), (0, "{}")] {
            send_typed_frame(&mut theirs, kind, text).await.unwrap();
        }
    });
    tokio::spawn(async move {
        for n in 0..3 {
            let _ = change.send(n);
            tokio::task::yield_now().await;
        }
    });
    let (frames, _) = tokio::spawn(sync(ours, changes)).await.unwrap().unwrap();
    let texts: Vec<_> = frames.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["{\"cell\":1}", "print(1)", "{}"]);
}
