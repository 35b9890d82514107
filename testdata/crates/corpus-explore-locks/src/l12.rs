//! L12: the cache asks the room for a message while it holds its own write guard, and the room puts what it loads into the
//! cache.

pub mod buggy {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Weak};
    use tokio::sync::RwLock;

    pub struct Room {
        pub cache: Cache,
    }

    pub struct Cache {
        events: RwLock<BTreeMap<u32, String>>,
        replies: RwLock<Vec<String>>,
        room: Weak<Room>,
    }

    impl Room {
        pub fn new() -> Arc<Room> {
            Arc::new_cyclic(|room| Room {
                cache: Cache { events: RwLock::default(), replies: RwLock::default(), room: room.clone() },
            })
        }

        /// Loads a message from the server, and keeps it.
        pub async fn message(&self, id: u32) -> String {
            let text = format!("message {id}");
            self.cache.save(id, text.clone()).await;
            text
        }
    }

    impl Cache {
        pub async fn save(&self, id: u32, text: String) {
            self.events.write().await.insert(id, text);
        }

        /// Forgets everything, as after a gap in the timeline.
        pub async fn clear(&self) {
            self.events.write().await.clear();
        }

        /// Adds a reply together with the message that it answers.
        pub async fn add_reply(&self, to: u32, text: &str) {
            let mut events = self.events.write().await;
            let answered = match events.get(&to) {
                Some(known) => known.clone(),
                None => self.room.upgrade().expect("the room owns the cache").message(to).await, //~ async-relock
            };
            let id = events.len() as u32 + 100;
            events.insert(id, text.to_owned());
            self.replies.write().await.push(format!("{answered} <- {text}"));
        }

        pub async fn replies(&self) -> Vec<String> {
            self.replies.read().await.clone()
        }
    }
}

pub mod fixed {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Weak};
    use tokio::sync::RwLock;

    pub struct Room {
        pub cache: Cache,
    }

    pub struct Cache {
        events: RwLock<BTreeMap<u32, String>>,
        replies: RwLock<Vec<String>>,
        room: Weak<Room>,
    }

    impl Room {
        pub fn new() -> Arc<Room> {
            Arc::new_cyclic(|room| Room {
                cache: Cache { events: RwLock::default(), replies: RwLock::default(), room: room.clone() },
            })
        }

        /// Loads a message from the server; whoever asked keeps it.
        pub async fn message(&self, id: u32) -> String {
            format!("message {id}")
        }
    }

    impl Cache {
        pub async fn save(&self, id: u32, text: String) {
            self.events.write().await.insert(id, text);
        }

        /// Forgets everything, as after a gap in the timeline.
        pub async fn clear(&self) {
            self.events.write().await.clear();
        }

        /// Adds a reply together with the message that it answers.
        pub async fn add_reply(&self, to: u32, text: &str) {
            let mut events = self.events.write().await;
            let answered = match events.get(&to) {
                Some(known) => known.clone(),
                None => {
                    let loaded = self.room.upgrade().expect("the room owns the cache").message(to).await;
                    events.insert(to, loaded.clone());
                    loaded
                }
            };
            let id = events.len() as u32 + 100;
            events.insert(id, text.to_owned());
            self.replies.write().await.push(format!("{answered} <- {text}"));
        }

        pub async fn replies(&self) -> Vec<String> {
            self.replies.read().await.clone()
        }
    }
}
