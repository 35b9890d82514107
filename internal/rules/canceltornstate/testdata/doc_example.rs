use std::{sync::atomic::{AtomicBool, Ordering}, time::Duration};
use tokio::{net::TcpStream, time::timeout};

pub struct Link {
    dialing: AtomicBool,
}

impl Link {
    async fn dial(&self) -> Option<TcpStream> {
        if self.dialing.swap(true, Ordering::SeqCst) {
            return None;
        }
        let stream = TcpStream::connect("10.0.0.1:80").await; //~ cancel-torn-state: a cancel here leaves `self.dialing` at `true`, which is changed only behind this await
        self.dialing.store(false, Ordering::SeqCst);
        stream.ok()
    }

    pub async fn open(&self) -> Option<TcpStream> {
        timeout(Duration::from_secs(5), self.dial()).await.ok().flatten()
    }
}
