use crate::subject::h14::run;
use corpus_explore_channels::h14::{Event, pause};
use tokio::sync::mpsc;

#[tokio::test]
async fn keys_are_pressed_one_after_the_other() {
    let (events, received) = mpsc::channel(2);
    let ui = tokio::spawn(run(received, events.clone()));
    let keyboard = tokio::spawn(async move {
        for key in ['j', 'j', 'k', 'q'] {
            events.send(Event::Key(key)).await.unwrap();
            pause().await;
        }
        let _ = events.send(Event::Quit).await;
    });
    keyboard.await.unwrap();
    assert!(ui.await.unwrap() <= 4);
}
