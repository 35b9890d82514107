//! A race drops what a future has received, and the code does not come back to that future: it goes on with the source otherwise.

use std::collections::VecDeque;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::{Mutex, Semaphore, broadcast, mpsc, oneshot};
use tokio::time::{sleep, timeout};

const LIMIT: Duration = Duration::from_millis(200);

async fn admitted(jobs: &mut mpsc::Receiver<u32>, room: &Semaphore) -> Option<u32> {
    let job = jobs.recv().await?;
    let _room = room.acquire().await.ok()?;
    Some(job)
}

/// 1: the rest is drained with `try_recv`.
pub async fn until_a_stop(jobs: &mut mpsc::Receiver<u32>, room: &Semaphore, stop: oneshot::Receiver<()>) -> Vec<u32> {
    let mut done = Vec::new();
    tokio::select! {
        _ = stop => {}
        Some(job) = admitted(jobs, room) => done.push(job), //~? cancel-lossy-future
    }
    while let Ok(job) = jobs.try_recv() {
        done.push(job);
    }
    done
}

/// 2: the rest is received by plain `recv`.
pub async fn then_plainly(mut jobs: mpsc::Receiver<u32>, room: Semaphore) -> u32 {
    let mut sum = 0;
    if let Ok(Some(job)) = timeout(LIMIT, admitted(&mut jobs, &room)).await { //~? cancel-lossy-future
        sum += job;
    }
    while let Some(job) = jobs.recv().await {
        sum += job;
    }
    sum
}

/// 3: the last one is asked for after the phase.
pub async fn one_more(jobs: &mut mpsc::Receiver<u32>, room: &Semaphore) -> (Vec<u32>, Option<u32>) {
    let mut seen = Vec::new();
    let end = sleep(LIMIT);
    tokio::pin!(end);
    loop {
        tokio::select! {
            () = &mut end => break,
            job = admitted(jobs, room) => match job { //~? cancel-lossy-future
                Some(job) => seen.push(job),
                None => return (seen, None),
            },
        }
    }
    let last = jobs.recv().await;
    (seen, last)
}

async fn noted(news: &mut broadcast::Receiver<String>, log: &Mutex<Vec<String>>) -> Option<usize> {
    let item = news.recv().await.ok()?;
    let mut log = log.lock().await;
    log.push(item);
    Some(log.len())
}

/// 4: a broadcast, whose next item is read after the race.
pub async fn first_or_next(mut news: broadcast::Receiver<String>, log: &Mutex<Vec<String>>, mut hurry: mpsc::Receiver<()>) -> Option<String> {
    tokio::select! {
        _ = noted(&mut news, log) => None, //~? cancel-lossy-future
        _ = hurry.recv() => news.recv().await.ok(),
    }
}

/// 5: an async block receives and then asks for leave.
pub async fn in_a_block(mut jobs: mpsc::Receiver<u32>, room: Semaphore) -> Vec<u32> {
    let first = timeout(LIMIT, async { //~? cancel-lossy-future
        let job = jobs.recv().await?;
        let _leave = room.acquire().await.ok()?;
        Some(job)
    })
    .await;
    let mut rest: Vec<u32> = first.ok().flatten().into_iter().collect();
    while let Ok(job) = jobs.try_recv() {
        rest.push(job);
    }
    rest
}

pub struct Worker {
    jobs: mpsc::Receiver<u32>,
    room: Semaphore,
}

impl Worker {
    async fn next(&mut self) -> Option<u32> {
        let job = self.jobs.recv().await?;
        let _room = self.room.acquire().await.ok()?;
        Some(job)
    }

    /// 6: a method, and the rest by another method.
    pub async fn run(&mut self) -> Vec<u32> {
        let mut done = Vec::new();
        while let Ok(Some(job)) = timeout(LIMIT, self.next()).await { //~? cancel-lossy-future
            done.push(job);
        }
        while let Ok(job) = self.jobs.try_recv() {
            done.push(job);
        }
        done
    }
}

/// 7: many are taken at once, in the end.
pub async fn many_at_the_end(mut jobs: mpsc::Receiver<u32>, room: Semaphore, stop: oneshot::Receiver<()>) -> Vec<u32> {
    let mut done = Vec::new();
    tokio::select! {
        Some(job) = admitted(&mut jobs, &room) => done.push(job), //~? cancel-lossy-future
        _ = stop => {}
    }
    jobs.recv_many(&mut done, 64).await;
    done
}

/// 8: half a header is read, and the body behind it afterwards.
pub async fn header_then_body(mut stream: DuplexStream) -> std::io::Result<Vec<u8>> {
    let mut header = [0; 8];
    let _ = timeout(LIMIT, stream.read_exact(&mut header)).await; //~? cancel-lossy-future
    let mut body = Vec::new();
    stream.read_to_end(&mut body).await?;
    Ok(body)
}

/// 9, near miss: nothing more is taken, the channel is closed.
pub async fn and_closed(mut jobs: mpsc::Receiver<u32>, room: Semaphore) -> Option<u32> {
    let job = timeout(LIMIT, admitted(&mut jobs, &room)).await.ok().flatten();
    jobs.close();
    job
}

/// 10, near miss: `recv` alone loses nothing, whatever comes behind it.
pub async fn plain_recv(mut jobs: mpsc::Receiver<u32>) -> Vec<u32> {
    let mut done = Vec::new();
    while let Ok(Some(job)) = timeout(LIMIT, jobs.recv()).await {
        done.push(job);
    }
    while let Ok(job) = jobs.try_recv() {
        done.push(job);
    }
    done
}

/// 11, near miss: after half a header only a farewell is written.
pub async fn farewell(mut stream: DuplexStream) -> std::io::Result<()> {
    let mut header = [0; 8];
    if timeout(LIMIT, stream.read_exact(&mut header)).await.is_err() {
        stream.write_all(b"too slow").await?;
    }
    stream.shutdown().await
}

/// 12, near miss: what is received goes into a list before the wait, and from there on.
pub async fn kept(mut jobs: mpsc::Receiver<u32>, room: Semaphore) -> Vec<u32> {
    let mut waiting = VecDeque::new();
    let _ = timeout(LIMIT, async {
        if let Some(job) = jobs.recv().await {
            waiting.push_back(job);
            let _ = room.acquire().await;
        }
    })
    .await;
    while let Ok(job) = jobs.try_recv() {
        waiting.push_back(job);
    }
    waiting.into()
}
