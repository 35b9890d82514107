//! K23: a typed frame is read with several awaits in a branch of a `select!`; text was seen as a length.

use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// A frame: its kind, and its text.
pub type Frame = (u8, String);

pub async fn send_typed_frame(to: &mut (impl AsyncWrite + Unpin), kind: u8, text: &str) -> io::Result<()> {
    to.write_u32(text.len() as u32).await?;
    to.write_u8(kind).await?;
    to.write_all(text.as_bytes()).await
}

pub async fn recv_typed_frame(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Frame>> {
    let length = match from.read_u32().await {
        Ok(length) => length,
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(e) => return Err(e),
    };
    if length > 1 << 20 {
        return Err(io::Error::other(format!("a frame of {length} bytes")));
    }
    let kind = from.read_u8().await?;
    let mut text = vec![0; length as usize];
    from.read_exact(&mut text).await?;
    Ok(Some((kind, String::from_utf8_lossy(&text).into_owned())))
}

pub mod buggy {
    use super::{Frame, recv_typed_frame};
    use std::io;
    use tokio::io::DuplexStream;
    use tokio::sync::broadcast;

    /// Collects the frames of a peer, and counts changes of the document meanwhile.
    pub async fn sync(
        mut stream: DuplexStream,
        mut changes: broadcast::Receiver<u32>,
    ) -> io::Result<(Vec<Frame>, u32)> {
        let (mut frames, mut seen) = (Vec::new(), 0);
        loop {
            tokio::select! {
                frame = recv_typed_frame(&mut stream) => match frame? { //~ cancel-lossy-future
                    Some(frame) => frames.push(frame),
                    None => return Ok((frames, seen)),
                },
                Ok(_) = changes.recv() => seen += 1,
            }
        }
    }
}

pub mod fixed {
    use super::{Frame, recv_typed_frame};
    use std::io;
    use tokio::io::DuplexStream;
    use tokio::sync::{broadcast, mpsc};

    /// Collects the frames of a peer, and counts changes of the document meanwhile.
    pub async fn sync(
        mut stream: DuplexStream,
        mut changes: broadcast::Receiver<u32>,
    ) -> io::Result<(Vec<Frame>, u32)> {
        let (frame, mut read) = mpsc::channel(4);
        let reader = tokio::spawn(async move {
            while let Some(next) = recv_typed_frame(&mut stream).await? {
                if frame.send(next).await.is_err() {
                    break;
                }
            }
            Ok::<(), io::Error>(())
        });
        let (mut frames, mut seen) = (Vec::new(), 0);
        loop {
            tokio::select! {
                frame = read.recv() => match frame {
                    Some(frame) => frames.push(frame),
                    None => break,
                },
                Ok(_) = changes.recv() => seen += 1,
            }
        }
        reader.await.map_err(io::Error::other)??;
        Ok((frames, seen))
    }
}
