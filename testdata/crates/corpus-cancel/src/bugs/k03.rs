//! propolis #434: a console helper takes a message off its stream, then awaits once more before it returns it. Dropped between the two,
//! the message is gone.

use futures_util::{Stream, StreamExt};
use tokio::sync::{Mutex, Notify};

pub mod buggy {
    use super::*;

    pub struct Console<S> {
        pub stream: S,
        pub offset: Mutex<u64>,
    }

    impl<S: Stream<Item = Vec<u8>> + Unpin> Console<S> {
        async fn recv(&mut self) -> Option<Vec<u8>> {
            let message = self.stream.next().await?;
            *self.offset.lock().await += message.len() as u64;
            Some(message)
        }

        pub async fn show(&mut self, keys: &Notify) -> usize {
            let mut shown = 0;
            loop {
                tokio::select! {
                    message = self.recv() => match message { //~ cancel-lossy-future
                        Some(message) => shown += message.len(),
                        None => return shown,
                    },
                    _ = keys.notified() => shown += 1,
                }
            }
        }
    }
}

pub mod fixed {
    use super::*;

    pub struct Console<S> {
        pub stream: S,
        pub offset: Mutex<u64>,
        pub pending: Option<Vec<u8>>,
    }

    impl<S: Stream<Item = Vec<u8>> + Unpin> Console<S> {
        async fn recv(&mut self) -> Option<Vec<u8>> {
            if self.pending.is_none() {
                self.pending = Some(self.stream.next().await?);
            }
            let mut offset = self.offset.lock().await;
            let message = self.pending.take()?;
            *offset += message.len() as u64;
            Some(message)
        }

        pub async fn show(&mut self, keys: &Notify) -> usize {
            let mut shown = 0;
            loop {
                tokio::select! {
                    message = self.recv() => match message {
                        Some(message) => shown += message.len(),
                        None => return shown,
                    },
                    _ = keys.notified() => shown += 1,
                }
            }
        }
    }
}
