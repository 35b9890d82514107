//! Methods that receive from their object and wait again before they hand out. Nobody here drops them half done: callers may. What is
//! marked by `loses` in its comment should be told as info; marks hold warnings only.

use futures_util::{Stream, StreamExt};
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{Mutex, Semaphore, mpsc};

pub struct Reader<S> {
    pub items: mpsc::Receiver<u32>,
    pub names: mpsc::Receiver<String>,
    pub stream: S,
    pub seen: Mutex<u64>,
    pub room: Semaphore,
    pub kept: Option<u32>,
    pub buffer: Vec<u32>,
}

impl<S: Stream<Item = Vec<u8>> + Unpin> Reader<S> {
    /// 1, loses: two sources, one behind the other.
    pub async fn pair(&mut self) -> Option<(u32, String)> {
        let item = self.items.recv().await?;
        let name = self.names.recv().await?;
        Some((item, name))
    }

    /// 2, loses: what was gathered so far is in a local.
    pub async fn three(&mut self) -> Option<Vec<u32>> {
        let mut out = Vec::new();
        while out.len() < 3 {
            out.push(self.items.recv().await?);
        }
        Some(out)
    }

    /// 3, loses: counted under a lock that is awaited.
    pub async fn counted(&mut self) -> Option<Vec<u8>> {
        let bytes = self.stream.next().await?;
        *self.seen.lock().await += bytes.len() as u64;
        Some(bytes)
    }

    /// 4, loses: admitted only behind it.
    pub async fn admitted(&mut self) -> Option<u32> {
        let item = self.items.recv().await?;
        let permit = self.room.acquire().await.ok()?;
        permit.forget();
        Some(item)
    }

    /// 5, loses: joined with the next chunk.
    pub async fn joined(&mut self) -> Option<Vec<u8>> {
        let mut whole = self.stream.next().await?;
        while !whole.ends_with(b"\n") {
            whole.extend(self.stream.next().await?);
        }
        Some(whole)
    }

    /// 6, loses: a pair of the same source.
    pub async fn delta(&mut self) -> Option<u32> {
        let (a, b) = (self.items.recv().await?, self.items.recv().await?);
        Some(b - a)
    }

    /// 7, near miss: skips what it does not want, and hands out at once.
    pub async fn even(&mut self) -> Option<u32> {
        loop {
            let item = self.items.recv().await?;
            if item % 2 == 0 {
                return Some(item);
            }
        }
    }

    /// 8, near miss: kept in the object between the two.
    pub async fn kept(&mut self) -> Option<(u32, String)> {
        if self.kept.is_none() {
            self.kept = Some(self.items.recv().await?);
        }
        let name = self.names.recv().await?;
        Some((self.kept.take()?, name))
    }

    /// 9, near miss: the wait comes first.
    pub async fn admitted_first(&mut self) -> Option<u32> {
        let _permit = self.room.acquire().await.ok()?;
        self.items.recv().await
    }

    /// 10, near miss: gathered in the object.
    pub async fn filled(&mut self) -> Option<usize> {
        while self.buffer.len() < 3 {
            let item = self.items.recv().await?;
            self.buffer.push(item);
        }
        Some(self.buffer.len())
    }
}

pub struct Frames<R> {
    reader: R,
    partial: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    /// 11, loses: a length, and as many bytes.
    pub async fn frame(&mut self) -> io::Result<Vec<u8>> {
        let length = self.reader.read_u8().await?;
        let mut frame = vec![0; length.into()];
        self.reader.read_exact(&mut frame).await?;
        Ok(frame)
    }

    /// 12, near miss: what was read stays in the object.
    pub async fn resumed(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(end) = self.partial.iter().position(|b| *b == b'\n') {
                return Ok(self.partial.drain(..=end).collect());
            }
            if self.reader.read_buf(&mut self.partial).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}
