use tokio::sync::{mpsc, oneshot};

pub enum Event {
    Key(char),
    Redraw,
    Size(oneshot::Sender<u32>),
}

pub struct Screen {
    events: mpsc::Sender<Event>,
    incoming: mpsc::Receiver<Event>,
    drawn: u32,
}

pub fn screen() -> Screen {
    let (events, incoming) = mpsc::channel(1);
    Screen { events, incoming, drawn: 0 }
}

impl Screen {
    pub async fn run(mut self) -> u32 {
        while let Some(event) = self.incoming.recv().await {
            match event {
                Event::Key(_) => {
                    let _ = self.events.send(Event::Redraw).await; //~ channel-deadlock: sends to `self.events` from the task that empties it
                }
                Event::Redraw => self.drawn += self.size().await.unwrap_or(0), //~ channel-deadlock
                Event::Size(reply) => {
                    let _ = reply.send(self.drawn);
                }
            }
        }
        self.drawn
    }

    async fn size(&self) -> Option<u32> {
        let (reply, answer) = oneshot::channel();
        self.events.send(Event::Size(reply)).await.ok()?;
        answer.await.ok()
    }
}

pub async fn local_channel() {
    let (tx, mut rx) = mpsc::channel(2);
    let _ = tx.send(1).await;
    loop {
        tokio::select! {
            n = rx.recv() => {
                let Some(n) = n else { break };
                if n < 100 {
                    let _ = tx.send(n + 1).await; //~ channel-deadlock
                    let _ = tx.send(n + 2).await; //~ channel-deadlock
                }
            }
            () = tokio::task::yield_now() => {}
        }
    }
}

pub async fn filled_before_it_is_read(items: Vec<u32>) -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    for item in items {
        let _ = tx.send(item).await; //~ channel-deadlock: in a loop while its receiver is kept here
    }
    drop(tx);
    let mut sum = 0;
    while let Some(n) = rx.recv().await {
        sum += n;
    }
    sum
}

async fn drive(mut requests: mpsc::UnboundedReceiver<oneshot::Sender<u32>>) {
    while let Some(reply) = requests.recv().await {
        let _ = reply.send(1);
    }
}

async fn ask(requests: &mpsc::UnboundedSender<oneshot::Sender<u32>>) -> u32 {
    let (reply, answer) = oneshot::channel();
    let _ = requests.send(reply);
    answer.await.unwrap_or(0)
}

pub async fn set_up() -> u32 {
    let (requests, incoming) = mpsc::unbounded_channel();
    let driver = drive(incoming);
    let version = ask(&requests).await; //~ channel-deadlock: nobody reads yet
    tokio::spawn(driver);
    version
}
