//! W26: events of many accounts are collected by a hand-written poll that never registers anywhere.

use tokio::sync::mpsc::UnboundedReceiver;

pub mod buggy {
    use super::UnboundedReceiver;
    use std::future::poll_fn;
    use std::task::Poll;

    pub struct EventEmitter {
        accounts: Vec<UnboundedReceiver<u32>>,
    }

    impl EventEmitter {
        pub fn new(accounts: Vec<UnboundedReceiver<u32>>) -> Self {
            EventEmitter { accounts }
        }

        pub async fn recv(&mut self) -> Option<u32> {
            poll_fn(|_cx| {
                let mut open = false;
                for account in &mut self.accounts {
                    match account.try_recv() {
                        Ok(event) => return Poll::Ready(Some(event)),
                        Err(tokio::sync::mpsc::error::TryRecvError::Empty) => open = true,
                        Err(_) => {}
                    }
                }
                if open { Poll::Pending } else { Poll::Ready(None) } //~ pending-without-waker
            })
            .await
        }
    }
}

pub mod fixed {
    use super::UnboundedReceiver;
    use std::future::poll_fn;
    use std::task::Poll;

    pub struct EventEmitter {
        accounts: Vec<UnboundedReceiver<u32>>,
    }

    impl EventEmitter {
        pub fn new(accounts: Vec<UnboundedReceiver<u32>>) -> Self {
            EventEmitter { accounts }
        }

        pub async fn recv(&mut self) -> Option<u32> {
            poll_fn(|cx| {
                let mut open = false;
                for account in &mut self.accounts {
                    match account.poll_recv(cx) {
                        Poll::Ready(Some(event)) => return Poll::Ready(Some(event)),
                        Poll::Ready(None) => {}
                        Poll::Pending => open = true,
                    }
                }
                if open { Poll::Pending } else { Poll::Ready(None) }
            })
            .await
        }
    }
}
