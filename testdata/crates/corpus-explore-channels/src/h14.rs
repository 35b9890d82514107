//! H14: the task that takes events out of a channel puts some in while it handles others.

use std::time::Duration;

/// What happens in a terminal user interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Key(char),
    Redraw,
    Quit,
}

/// Keys as a person presses them.
pub fn pause() -> tokio::time::Sleep {
    tokio::time::sleep(Duration::from_millis(1))
}

pub mod buggy {
    use super::Event;
    use tokio::sync::mpsc;

    /// Handles events until the end, and counts how often the screen was drawn.
    pub async fn run(mut events: mpsc::Receiver<Event>, sender: mpsc::Sender<Event>) -> usize {
        let mut drawn = 0;
        while let Some(event) = events.recv().await {
            match event {
                Event::Key(_) => {
                    let _ = sender.send(Event::Redraw).await;
                }
                Event::Redraw => drawn += 1,
                Event::Quit => return drawn,
            }
        }
        drawn
    }
}

pub mod fixed {
    use super::Event;
    use tokio::sync::mpsc;

    /// Handles events until the end, and counts how often the screen was drawn.
    pub async fn run(mut events: mpsc::Receiver<Event>, sender: mpsc::Sender<Event>) -> usize {
        let mut drawn = 0;
        while let Some(event) = events.recv().await {
            match event {
                Event::Key(_) => {
                    if let Err(mpsc::error::TrySendError::Full(event)) = sender.try_send(Event::Redraw) {
                        let sender = sender.clone();
                        tokio::spawn(async move { sender.send(event).await });
                    }
                }
                Event::Redraw => drawn += 1,
                Event::Quit => return drawn,
            }
        }
        drawn
    }
}
