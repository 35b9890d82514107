//! The relay itself: all rooms by name, and the history.

use crate::history::History;
use crate::room::{Member, Room};
use crate::session;
use std::collections::HashMap;
use std::io;
use std::rc::Rc;
use std::sync::{Arc, RwLock};
use tokio::net::TcpListener;

pub struct Relay {
    rooms: RwLock<HashMap<String, Rc<Room>>>,
    history: Arc<History>,
}

impl Relay {
    pub fn new(history: History) -> Rc<Self> {
        Rc::new(Relay { rooms: RwLock::default(), history: Arc::new(history) })
    }

    /// Serves clients until accepting fails.
    pub async fn serve(self: Rc<Self>, listener: TcpListener) -> io::Result<()> {
        loop {
            let (stream, peer) = listener.accept().await?;
            let relay = self.clone();
            tokio::task::spawn_local(async move {
                if let Err(e) = session::run(relay, stream).await {
                    eprintln!("{peer}: {e}");
                }
            });
        }
    }

    /// Puts the member into a room, which is made if it does not exist.
    pub fn join(&self, name: &str, member: Rc<Member>) -> Rc<Room> {
        let room = self.rooms.write().unwrap().entry(name.to_owned()).or_default().clone();
        room.join(member);
        room
    }

    fn room(&self, name: &str) -> Option<Rc<Room>> {
        self.rooms.read().unwrap().get(name).cloned()
    }

    /// Keeps the line and passes it on; returns how many members got it.
    pub async fn say(&self, room: &str, from: &str, text: &str) -> usize {
        self.keep(room, from, text).await;
        match self.room(room) {
            Some(room) => room.broadcast(from, text).await,
            None => 0,
        }
    }

    /// The history is a file, so it is written on a thread that may wait.
    async fn keep(&self, room: &str, from: &str, text: &str) {
        let history = self.history.clone();
        let (room, from, text) = (room.to_owned(), from.to_owned(), text.to_owned());
        let writing = tokio::task::spawn_blocking(move || history.record(&room, &from, &text));
        if let Err(e) = writing.await {
            eprintln!("history: {e}");
        }
    }
}
