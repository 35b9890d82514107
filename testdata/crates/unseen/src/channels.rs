//! Channels, notifications and joins whose wait nobody can end.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, mpsc, oneshot};

/// The flag is read, and then the wait is registered.
pub mod the_flag_then_the_wait {
    use super::*;

    pub struct Shutdown {
        down: AtomicBool,
        told: Notify,
    }

    impl Shutdown {
        pub fn new() -> Self {
            Shutdown { down: AtomicBool::new(false), told: Notify::new() }
        }

        pub fn shut(&self) {
            self.down.store(true, Ordering::SeqCst);
            self.told.notify_waiters();
        }

        pub async fn buggy(&self) {
            if !self.down.load(Ordering::SeqCst) {
                self.told.notified().await; //~ notify-lost-wakeup
            }
        }

        pub async fn fixed(&self) {
            let told = self.told.notified();
            if !self.down.load(Ordering::SeqCst) {
                told.await;
            }
        }
    }
}

/// A queue with one `notify_one` for each item keeps the permit: right as it stands.
pub mod a_permit_is_kept {
    use super::*;

    #[derive(Default)]
    pub struct Queue {
        items: Mutex<VecDeque<u32>>,
        more: Notify,
    }

    impl Queue {
        pub fn push(&self, item: u32) {
            self.items.lock().unwrap().push_back(item);
            self.more.notify_one();
        }

        pub async fn pop(&self) -> u32 {
            loop {
                if let Some(item) = self.items.lock().unwrap().pop_front() {
                    return item;
                }
                self.more.notified().await;
            }
        }
    }
}

/// The sender that was cloned for the workers is still here when the loop waits for the end.
pub mod the_first_sender_stays {
    use super::*;

    pub async fn buggy(n: u32) -> u32 {
        let (tx, mut rx) = mpsc::channel(8);
        for i in 0..n {
            let tx = tx.clone();
            tokio::spawn(async move {
                let _ = tx.send(i).await;
            });
        }
        let mut sum = 0;
        while let Some(x) = rx.recv().await { //~ never-closes
            sum += x;
        }
        sum
    }

    pub async fn fixed(n: u32) -> u32 {
        let (tx, mut rx) = mpsc::channel(8);
        for i in 0..n {
            let tx = tx.clone();
            tokio::spawn(async move {
                let _ = tx.send(i).await;
            });
        }
        drop(tx);
        let mut sum = 0;
        while let Some(x) = rx.recv().await {
            sum += x;
        }
        sum
    }
}

/// An actor puts work back into its own full mailbox.
pub mod an_actor_writes_to_itself {
    use super::*;

    pub enum Message {
        Try(u32),
        Done,
    }

    pub struct Actor {
        rx: mpsc::Receiver<Message>,
        tx: mpsc::Sender<Message>,
        later: VecDeque<Message>,
    }

    impl Actor {
        pub fn new() -> Self {
            let (tx, rx) = mpsc::channel(16);
            Actor { rx, tx, later: VecDeque::new() }
        }

        pub fn sender(&self) -> mpsc::Sender<Message> {
            self.tx.clone()
        }

        async fn handle(&mut self, message: Message) -> bool {
            match message {
                Message::Try(n) if n > 0 => {
                    let _ = self.tx.send(Message::Try(n - 1)).await;
                    true
                }
                Message::Try(_) => true,
                Message::Done => false,
            }
        }

        pub async fn buggy(mut self) {
            while let Some(message) = self.rx.recv().await {
                if !self.handle(message).await { //~ channel-deadlock
                    break;
                }
            }
        }

        pub async fn fixed(mut self) {
            loop {
                let message = match self.later.pop_front() {
                    Some(message) => message,
                    None => match self.rx.recv().await {
                        Some(message) => message,
                        None => break,
                    },
                };
                match message {
                    Message::Try(n) if n > 0 => self.later.push_back(Message::Try(n - 1)),
                    Message::Try(_) => {}
                    Message::Done => break,
                }
            }
        }
    }
}

/// A channel is filled before anybody reads from it.
pub mod filled_before_it_is_read {
    use super::*;

    pub async fn buggy(items: Vec<u32>) -> u32 {
        let (tx, mut rx) = mpsc::channel(4);
        for item in items {
            tx.send(item).await.unwrap(); //~ channel-deadlock
        }
        drop(tx);
        let mut sum = 0;
        while let Some(x) = rx.recv().await {
            sum += x;
        }
        sum
    }

    pub async fn fixed(items: Vec<u32>) -> u32 {
        let (tx, mut rx) = mpsc::channel(4);
        tokio::spawn(async move {
            for item in items {
                tx.send(item).await.unwrap();
            }
        });
        let mut sum = 0;
        while let Some(x) = rx.recv().await {
            sum += x;
        }
        sum
    }
}

/// A task is joined under the lock that it needs.
pub mod joined_under_its_lock {
    use super::*;
    use tokio::sync::Mutex;

    pub async fn buggy(state: Arc<Mutex<u32>>) {
        let mut guard = state.lock().await;
        *guard = 0;
        let other = state.clone();
        let task = tokio::spawn(async move {
            *other.lock().await += 1;
        });
        task.await.unwrap(); //~ join-deadlock
    }

    pub async fn fixed(state: Arc<Mutex<u32>>) {
        let mut guard = state.lock().await;
        *guard = 0;
        drop(guard);
        let other = state.clone();
        let task = tokio::spawn(async move {
            *other.lock().await += 1;
        });
        task.await.unwrap();
    }
}

/// The consumer is joined before the last sender is gone.
pub mod joined_before_the_sender_is_gone {
    use super::*;

    pub async fn buggy(items: Vec<u32>) -> u32 {
        let (tx, mut rx) = mpsc::channel(4);
        let consumer = tokio::spawn(async move {
            let mut sum = 0;
            while let Some(x) = rx.recv().await {
                sum += x;
            }
            sum
        });
        for item in items {
            let _ = tx.send(item).await;
        }
        let sum = consumer.await.unwrap(); //~ join-deadlock
        drop(tx);
        sum
    }

    pub async fn fixed(items: Vec<u32>) -> u32 {
        let (tx, mut rx) = mpsc::channel(4);
        let consumer = tokio::spawn(async move {
            let mut sum = 0;
            while let Some(x) = rx.recv().await {
                sum += x;
            }
            sum
        });
        for item in items {
            let _ = tx.send(item).await;
        }
        drop(tx);
        consumer.await.unwrap()
    }
}

/// The answer is awaited in the task that has to give it.
pub mod the_answer_is_its_own {
    use super::*;

    pub struct Ask {
        reply: oneshot::Sender<u32>,
    }

    pub async fn buggy() -> u32 {
        let (tx, mut rx) = mpsc::channel::<Ask>(4);
        let (reply, answer) = oneshot::channel();
        tx.send(Ask { reply }).await.ok();
        let n = answer.await.unwrap_or(0); //~ channel-deadlock
        if let Some(ask) = rx.recv().await {
            let _ = ask.reply.send(1);
        }
        n
    }

    pub async fn fixed() -> u32 {
        let (tx, mut rx) = mpsc::channel::<Ask>(4);
        let (reply, answer) = oneshot::channel();
        tx.send(Ask { reply }).await.ok();
        if let Some(ask) = rx.recv().await {
            let _ = ask.reply.send(1);
        }
        answer.await.unwrap_or(0)
    }
}
