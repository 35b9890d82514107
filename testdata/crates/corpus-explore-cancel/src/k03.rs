//! K03: a `recv` that awaits twice is a branch of a `select!`. What it had between the two awaits is lost when the other branch
//! wins.

use tokio::sync::mpsc;

/// What comes over the socket: where the following bytes begin, and the bytes.
#[derive(Debug)]
pub enum Message {
    Offset(u64),
    Bytes(Vec<u8>),
}

pub type Socket = mpsc::Receiver<Message>;

pub mod buggy {
    use super::{Message, Socket};

    pub struct Console {
        pub socket: Socket,
    }

    impl Console {
        pub fn new(socket: Socket) -> Self {
            Console { socket }
        }

        /// The next bytes and where they begin.
        pub async fn recv(&mut self) -> Option<(u64, Vec<u8>)> {
            let mut offset = 0;
            loop {
                match self.socket.recv().await? {
                    Message::Offset(at) => offset = at,
                    Message::Bytes(bytes) => return Some((offset, bytes)),
                }
            }
        }
    }
}

pub mod fixed {
    use super::{Message, Socket};

    pub struct Console {
        pub socket: Socket,
        offset: u64,
    }

    impl Console {
        pub fn new(socket: Socket) -> Self {
            Console { socket, offset: 0 }
        }

        /// The next bytes and where they begin.
        pub async fn recv(&mut self) -> Option<(u64, Vec<u8>)> {
            loop {
                match self.socket.recv().await? {
                    Message::Offset(at) => self.offset = at,
                    Message::Bytes(bytes) => return Some((std::mem::take(&mut self.offset), bytes)),
                }
            }
        }
    }
}
