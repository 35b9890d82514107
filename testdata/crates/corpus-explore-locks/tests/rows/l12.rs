use crate::subject::l12::Room;

#[tokio::test]
async fn a_reply_arrives_while_the_timeline_has_a_gap() {
    let room = Room::new();
    room.cache.save(7, "message 7".to_owned()).await;
    let (one, two) = (room.clone(), room.clone());
    let reply = tokio::spawn(async move { one.cache.add_reply(7, "yes").await });
    let gap = tokio::spawn(async move { two.cache.clear().await });
    reply.await.unwrap();
    gap.await.unwrap();
    assert_eq!(room.cache.replies().await, ["message 7 <- yes"]);
}
