use tokio::sync::{mpsc, oneshot};

pub enum Event {
    Key(char),
    Redraw,
}

pub async fn forward(mut from: mpsc::Receiver<Event>, to: mpsc::Sender<Event>) {
    while let Some(event) = from.recv().await {
        let _ = to.send(event).await;
    }
}

pub async fn two_stages() {
    let (first, middle) = mpsc::channel(1);
    let (last, mut out) = mpsc::channel(1);
    tokio::spawn(forward(middle, last));
    let _ = first.send(Event::Redraw).await;
    drop(first);
    while out.recv().await.is_some() {}
}

pub async fn gives_up_when_full() {
    let (tx, mut rx) = mpsc::channel(1);
    let _ = tx.send(Event::Key('a')).await;
    while let Some(event) = rx.recv().await {
        match event {
            Event::Key(_) => {
                let _ = tx.try_send(Event::Redraw);
            }
            Event::Redraw => break,
        }
    }
}

pub async fn from_a_task_of_its_own() {
    let (tx, mut rx) = mpsc::channel(1);
    let _ = tx.send(Event::Key('a')).await;
    while let Some(event) = rx.recv().await {
        match event {
            Event::Key(_) => {
                let tx = tx.clone();
                tokio::spawn(async move { tx.send(Event::Redraw).await });
            }
            Event::Redraw => break,
        }
    }
}

pub async fn both_at_a_time(items: Vec<u32>) -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    let fill = async move {
        for item in items {
            let _ = tx.send(item).await;
        }
    };
    let read = async {
        let mut sum = 0;
        while let Some(n) = rx.recv().await {
            sum += n;
        }
        sum
    };
    tokio::join!(fill, read).1
}

pub async fn one_message_into_an_empty_channel() -> Option<u32> {
    let (tx, mut rx) = mpsc::channel(1);
    let _ = tx.send(1).await;
    rx.recv().await
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
    tokio::spawn(drive(incoming));
    ask(&requests).await
}

pub async fn set_up_beside() -> u32 {
    let (requests, incoming) = mpsc::unbounded_channel();
    let driver = drive(incoming);
    tokio::pin!(driver);
    let version = tokio::select! {
        version = ask(&requests) => version,
        () = &mut driver => 0,
    };
    version
}

/// The message was read, and answered, before the answer is waited for.
pub async fn answered_here() -> u32 {
    let (requests, mut incoming) = mpsc::channel::<oneshot::Sender<u32>>(4);
    let (reply, answer) = oneshot::channel();
    requests.send(reply).await.ok();
    if let Some(reply) = incoming.recv().await {
        let _ = reply.send(1);
    }
    answer.await.unwrap_or(0)
}

/// Two channels of one kind of number are two channels.
pub async fn forwarded(mut requests: mpsc::Receiver<u64>) {
    let (pages, mut to_do) = mpsc::channel::<u64>(1);
    let worker = tokio::spawn(async move { while to_do.recv().await.is_some() {} });
    while let Some(page) = requests.recv().await {
        if pages.send(page).await.is_err() {
            break;
        }
    }
    drop(pages);
    let _ = worker.await;
}
