use crate::subject::w01::trailers;
use corpus_explore_wakers::w01::{Event, Stream};
use tokio::sync::oneshot;

#[tokio::test]
async fn trailers_are_awaited_while_the_body_is_given_up() {
    let stream = Stream::default();
    let (connection, reading) = (stream.clone(), stream.clone());
    let (done, all_received) = oneshot::channel();
    tokio::spawn(async move {
        connection.lock().unwrap().receive(Event::Data(1));
        connection.lock().unwrap().receive(Event::Trailers(9));
        done.send(()).unwrap();
    });
    let body = tokio::spawn(async move {
        all_received.await.unwrap();
        stream.lock().unwrap().discard_data();
    });
    let trailers = tokio::spawn(async move { trailers(&reading).await });
    body.await.unwrap();
    assert_eq!(trailers.await.unwrap(), 9);
}
