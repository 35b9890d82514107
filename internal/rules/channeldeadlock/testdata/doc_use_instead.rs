use tokio::sync::mpsc;

pub enum Event {
    Key(char),
    Redraw,
}

pub async fn run() -> u32 {
    let (events, mut incoming) = mpsc::unbounded_channel();
    let _ = events.send(Event::Key('a'));
    let mut drawn = 0;
    while let Some(event) = incoming.recv().await {
        match event {
            Event::Key(_) => {
                let _ = events.send(Event::Redraw);
            }
            Event::Redraw if drawn > 3 => break,
            Event::Redraw => drawn += 1,
        }
    }
    drawn
}
