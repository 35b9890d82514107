//! A room and its members.

use std::io;
use std::rc::Rc;
use std::sync::{Mutex, RwLock};
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;

/// The way to a connected client. Writes of several senders take turns.
pub struct Member {
    pub name: String,
    writer: tokio::sync::Mutex<OwnedWriteHalf>,
}

impl Member {
    pub fn new(name: String, writer: OwnedWriteHalf) -> Rc<Self> {
        Rc::new(Member { name, writer: tokio::sync::Mutex::new(writer) })
    }

    /// Writes one line to the client's socket.
    pub async fn send(&self, line: &str) -> io::Result<()> {
        let mut writer = self.writer.lock().await;
        writer.write_all(line.as_bytes()).await?;
        writer.write_all(b"\n").await
    }
}

#[derive(Default)]
pub struct Room {
    members: Mutex<Vec<Rc<Member>>>,
    topic: RwLock<String>,
}

impl Room {
    pub fn join(&self, member: Rc<Member>) {
        self.members.lock().unwrap().push(member);
    }

    pub fn leave(&self, name: &str) {
        self.members.lock().unwrap().retain(|m| m.name != name);
    }

    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.members.lock().unwrap().iter().map(|m| m.name.clone()).collect();
        names.sort();
        names
    }

    pub fn topic(&self) -> String {
        self.topic.read().unwrap().clone()
    }

    pub fn set_topic(&self, text: &str) {
        let mut topic = self.topic.write().unwrap();
        topic.clear();
        topic.push_str(text);
    }

    /// Sends a line to everybody but its author; returns how many got it.
    pub async fn broadcast(&self, from: &str, text: &str) -> usize {
        let line = format!("{from}: {text}");
        let mut reached = 0;
        for member in self.members.lock().unwrap().iter() {
            if member.name == from {
                continue;
            }
            let sent = member.send(&line).await; //~ sync-guard-across-await
            reached += usize::from(sent.is_ok());
        }
        reached
    }
}
