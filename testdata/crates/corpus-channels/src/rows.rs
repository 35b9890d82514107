//! H01, H07, H09.

pub mod h01 {
    //! The wait is an async function: it registers when it is polled, after the check.
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Notify;

    #[derive(Default)]
    pub struct Notifier {
        live: AtomicUsize,
        exit: Notify,
    }

    impl Notifier {
        async fn wait(&self) {
            self.exit.notified().await;
        }

        pub async fn wait_all_buggy(&self) {
            let wait = self.wait();
            if self.live.load(Ordering::SeqCst) == 0 {
                return;
            }
            wait.await; //~ notify-lost-wakeup
        }

        pub async fn wait_all_fixed(&self) {
            let exit = self.exit.notified();
            if self.live.load(Ordering::SeqCst) == 0 {
                return;
            }
            exit.await;
        }

        pub fn leave(&self) {
            if self.live.fetch_sub(1, Ordering::SeqCst) == 1 {
                self.exit.notify_waiters();
            }
        }
    }
}

pub mod h07 {
    //! The first sender is kept while the receiver is drained.
    use tokio::sync::mpsc;

    pub async fn sum_buggy(n: u32) -> u32 {
        let (tx, mut rx) = mpsc::channel(8);
        for i in 0..n {
            let tx = tx.clone();
            tokio::spawn(async move {
                let _ = tx.send(i).await;
            });
        }
        let mut sum = 0;
        while let Some(i) = rx.recv().await { //~ never-closes
            sum += i;
        }
        sum
    }

    pub async fn sum_fixed(n: u32) -> u32 {
        let (tx, mut rx) = mpsc::channel(8);
        for i in 0..n {
            let tx = tx.clone();
            tokio::spawn(async move {
                let _ = tx.send(i).await;
            });
        }
        drop(tx);
        let mut sum = 0;
        while let Some(i) = rx.recv().await {
            sum += i;
        }
        sum
    }
}

pub mod h09 {
    //! An answer that only the driver can give, before the driver is started.
    use tokio::sync::{mpsc, oneshot};

    type Request = (u32, oneshot::Sender<u32>);

    #[derive(Clone)]
    pub struct Connection {
        requests: mpsc::Sender<Request>,
    }

    impl Connection {
        async fn call(&self, n: u32) -> Option<u32> {
            let (reply, answer) = oneshot::channel();
            self.requests.send((n, reply)).await.ok()?;
            answer.await.ok()
        }
    }

    async fn drive(mut requests: mpsc::Receiver<Request>) {
        while let Some((n, reply)) = requests.recv().await {
            let _ = reply.send(n + 1);
        }
    }

    pub async fn connect_buggy() -> Connection {
        let (requests, incoming) = mpsc::channel(4);
        let connection = Connection { requests };
        let driver = drive(incoming);
        connection.call(0).await; //~ channel-deadlock
        tokio::spawn(driver);
        connection
    }

    pub async fn connect_fixed() -> Connection {
        let (requests, incoming) = mpsc::channel(4);
        let connection = Connection { requests };
        let driver = drive(incoming);
        tokio::spawn(driver);
        connection.call(0).await;
        connection
    }
}
