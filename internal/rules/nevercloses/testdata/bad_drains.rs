use tokio::sync::mpsc;

async fn work(n: u32) -> u32 {
    tokio::task::yield_now().await;
    n
}

pub async fn gather() -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    for n in 0..3 {
        let tx = tx.clone();
        tokio::spawn(async move { tx.send(work(n).await).await });
    }
    let mut sum = 0;
    while let Some(n) = rx.recv().await { //~ never-closes: waits until the channel of `rx` is closed, and keeps its sender `tx` alive meanwhile
        sum += n;
    }
    sum
}

pub async fn in_a_match() -> Vec<u32> {
    let (tx, mut rx) = mpsc::unbounded_channel();
    let sender = tx.clone();
    tokio::spawn(async move { sender.send(work(1).await) });
    let mut all = Vec::new();
    loop {
        match rx.recv().await { //~ never-closes
            Some(n) => all.push(n),
            None => break,
        }
    }
    drop(tx);
    all
}

pub struct Pool {
    jobs: mpsc::Sender<u32>,
    done: mpsc::Receiver<u32>,
}

impl Pool {
    pub fn new() -> Pool {
        let (jobs, done) = mpsc::channel(8);
        Pool { jobs, done }
    }

    pub async fn submit(&self, n: u32) {
        let _ = self.jobs.send(n).await;
    }

    pub async fn finish(mut self) -> u32 {
        let mut sum = 0;
        while let Some(n) = self.done.recv().await { //~ never-closes
            sum += n;
        }
        sum
    }

    pub async fn drain(&mut self) -> u32 {
        let mut sum = 0;
        while let Some(n) = self.done.recv().await { //~ never-closes
            sum += n;
        }
        sum
    }
}

pub async fn of_a_futures_channel() -> u32 {
    use futures::StreamExt;
    let (tx, mut rx) = futures::channel::mpsc::unbounded();
    let sender = tx.clone();
    tokio::spawn(async move { sender.unbounded_send(work(2).await) });
    let mut sum = 0;
    while let Some(n) = rx.next().await { //~ never-closes
        sum += n;
    }
    drop(tx);
    sum
}

pub async fn collected() -> Vec<u32> {
    use futures::StreamExt;
    let (tx, rx) = futures::channel::mpsc::unbounded();
    let sender = tx.clone();
    tokio::spawn(async move { sender.unbounded_send(work(2).await) });
    let all = rx.collect().await; //~ never-closes
    drop(tx);
    all
}
