//! Q12: two actors send to each other over small channels, in the bodies of their `select!` arms: while one waits for room, it
//! does not make room for the other.

use tokio::sync::mpsc;

/// Confirms every header: the other actor.
pub async fn certifier(mut headers: mpsc::Receiver<u32>, votes: mpsc::Sender<u32>) {
    while let Some(header) = headers.recv().await {
        if votes.send(header).await.is_err() {
            return;
        }
    }
}

pub mod buggy {
    use super::mpsc;

    /// Turns requests into headers, and counts the votes for them.
    pub async fn proposer(
        mut requests: mpsc::Receiver<u32>,
        headers: mpsc::Sender<u32>,
        mut votes: mpsc::Receiver<u32>,
    ) -> u32 {
        let (mut asked, mut confirmed, mut open) = (0, 0, true);
        while open || confirmed < asked {
            tokio::select! {
                Some(_vote) = votes.recv() => confirmed += 1,
                request = requests.recv(), if open => match request {
                    Some(request) => {
                        asked += 1;
                        let _ = headers.send(request).await;
                    }
                    None => open = false,
                },
            }
        }
        confirmed
    }
}

pub mod fixed {
    use super::mpsc;

    /// Turns requests into headers, and counts the votes for them.
    pub async fn proposer(
        mut requests: mpsc::Receiver<u32>,
        headers: mpsc::Sender<u32>,
        mut votes: mpsc::Receiver<u32>,
    ) -> u32 {
        let (mut asked, mut confirmed, mut open) = (0, 0, true);
        let mut next = None;
        while open || next.is_some() || confirmed < asked {
            tokio::select! {
                Some(_vote) = votes.recv() => confirmed += 1,
                request = requests.recv(), if open && next.is_none() => match request {
                    Some(request) => {
                        asked += 1;
                        next = Some(request);
                    }
                    None => open = false,
                },
                Ok(place) = headers.reserve(), if next.is_some() => {
                    if let Some(request) = next.take() {
                        place.send(request);
                    }
                }
            }
        }
        confirmed
    }
}
