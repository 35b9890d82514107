use std::{sync::atomic::{AtomicBool, Ordering}, time::Duration};
use tokio::{net::TcpStream, time::timeout};

pub struct Link {
    dialing: AtomicBool,
}

struct Dialing<'a>(&'a Link);

impl Drop for Dialing<'_> {
    fn drop(&mut self) {
        self.0.dialing.store(false, Ordering::SeqCst);
    }
}

impl Link {
    async fn dial(&self) -> Option<TcpStream> {
        if self.dialing.swap(true, Ordering::SeqCst) {
            return None;
        }
        let _dialing = Dialing(self);
        TcpStream::connect("10.0.0.1:80").await.ok()
    }

    pub async fn open(&self) -> Option<TcpStream> {
        timeout(Duration::from_secs(5), self.dial()).await.ok().flatten()
    }
}
