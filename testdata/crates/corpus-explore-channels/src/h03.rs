//! H03: a task is woken by a message on a channel of eight places, and itself sends one to be woken again.

/// Threads that the server does not know yet.
#[derive(Default)]
pub struct Unsent {
    threads: Vec<(u32, bool)>,
}

pub mod buggy {
    use super::Unsent;
    use std::sync::Mutex;
    use tokio::sync::mpsc;

    pub struct Subscriptions {
        unsent: Mutex<Unsent>,
        ping: mpsc::Sender<()>,
    }

    pub fn new() -> (Subscriptions, mpsc::Receiver<()>) {
        let (ping, pinged) = mpsc::channel(8);
        (Subscriptions { unsent: Mutex::default(), ping }, pinged)
    }

    impl Subscriptions {
        pub async fn subscribe(&self, thread: u32) {
            self.unsent.lock().unwrap().threads.push((thread, thread % 3 == 0));
            let _ = self.ping.send(()).await;
        }

        /// Sends what is unsent, until all that is expected is sent. Some have to be tried twice.
        pub async fn run(&self, mut pinged: mpsc::Receiver<()>, expected: usize) -> usize {
            let mut sent = 0;
            while sent < expected && pinged.recv().await.is_some() {
                let threads = std::mem::take(&mut self.unsent.lock().unwrap().threads);
                for (thread, fails) in threads {
                    if fails {
                        self.unsent.lock().unwrap().threads.push((thread, false));
                        let _ = self.ping.send(()).await; //~? channel-deadlock
                    } else {
                        sent += 1;
                    }
                }
            }
            sent
        }
    }
}

pub mod fixed {
    use super::Unsent;
    use std::sync::Mutex;
    use tokio::sync::Notify;

    pub struct Subscriptions {
        unsent: Mutex<Unsent>,
        ping: Notify,
    }

    pub fn new() -> (Subscriptions, ()) {
        (Subscriptions { unsent: Mutex::default(), ping: Notify::new() }, ())
    }

    impl Subscriptions {
        pub async fn subscribe(&self, thread: u32) {
            self.unsent.lock().unwrap().threads.push((thread, thread % 3 == 0));
            self.ping.notify_one();
        }

        /// Sends what is unsent, until all that is expected is sent. Some have to be tried twice.
        pub async fn run(&self, (): (), expected: usize) -> usize {
            let mut sent = 0;
            while sent < expected {
                self.ping.notified().await;
                let threads = std::mem::take(&mut self.unsent.lock().unwrap().threads);
                for (thread, fails) in threads {
                    if fails {
                        self.unsent.lock().unwrap().threads.push((thread, false));
                        self.ping.notify_one();
                    } else {
                        sent += 1;
                    }
                }
            }
            sent
        }
    }
}
