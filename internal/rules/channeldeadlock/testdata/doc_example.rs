use tokio::sync::mpsc;

pub enum Event {
    Key(char),
    Redraw,
}

pub async fn run() -> u32 {
    let (events, mut incoming) = mpsc::channel(1);
    let _ = events.send(Event::Key('a')).await;
    let mut drawn = 0;
    while let Some(event) = incoming.recv().await {
        match event {
            Event::Key(_) => {
                let _ = events.send(Event::Redraw).await; //~ channel-deadlock: sends to `events` from the task that empties it
            }
            Event::Redraw if drawn > 3 => break,
            Event::Redraw => drawn += 1,
        }
    }
    drawn
}
