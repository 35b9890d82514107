use crate::subject::k01::connection_loop;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

#[tokio::test]
async fn both_sides_talk_at_once() {
    let (ours, theirs) = tokio::io::duplex(256);
    let (say, to_send) = mpsc::channel(8);
    let (heard, mut hears) = mpsc::channel(8);
    let peer = tokio::spawn(async move {
        let (mut reader, mut writer) = tokio::io::split(theirs);
        for word in ["hello", "how", "are", "you"] {
            writer.write_u8(word.len() as u8).await.unwrap();
            writer.write_all(word.as_bytes()).await.unwrap();
        }
        writer.shutdown().await.unwrap();
        let mut all = Vec::new();
        reader.read_to_end(&mut all).await.unwrap();
        all.len()
    });
    tokio::spawn(async move {
        for word in ["one", "two", "three"] {
            if say.send(word.as_bytes().to_vec()).await.is_err() {
                return;
            }
        }
    });
    tokio::spawn(connection_loop(ours, to_send, heard));
    let mut words = Vec::new();
    while let Some(word) = hears.recv().await {
        words.push(String::from_utf8_lossy(&word).into_owned());
    }
    assert_eq!(words, ["hello", "how", "are", "you"]);
    peer.await.unwrap();
}
