//! nteract #2182: frames with a length and a type byte are read in a `select!` beside a broadcast. The logs showed letters of the text
//! that were taken for a length.

use std::io;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{broadcast, mpsc};

pub struct Frame {
    pub kind: u8,
    pub payload: Vec<u8>,
}

pub async fn recv_typed_frame<R: AsyncRead + Unpin>(reader: &mut R) -> io::Result<Frame> {
    let mut head = [0u8; 4];
    reader.read_exact(&mut head).await?;
    let mut payload = vec![0u8; u32::from_be_bytes(head) as usize];
    reader.read_exact(&mut payload).await?;
    let kind = payload.first().copied().unwrap_or(0);
    Ok(Frame { kind, payload })
}

pub mod buggy {
    use super::*;

    pub async fn serve(
        mut reader: impl AsyncRead + Unpin,
        mut changes: broadcast::Receiver<Arc<str>>,
    ) -> io::Result<usize> {
        let mut frames = 0;
        loop {
            tokio::select! {
                frame = recv_typed_frame(&mut reader) => { //~ cancel-lossy-future
                    let frame = frame?;
                    if frame.kind == 0 {
                        return Ok(frames);
                    }
                    frames += 1;
                }
                change = changes.recv() => match change {
                    Ok(text) => println!("{text}"),
                    Err(broadcast::error::RecvError::Lagged(_)) => continue,
                    Err(broadcast::error::RecvError::Closed) => return Ok(frames),
                },
            }
        }
    }
}

pub mod fixed {
    use super::*;

    pub async fn serve(
        mut reader: impl AsyncRead + Unpin + Send + 'static,
        mut changes: broadcast::Receiver<Arc<str>>,
    ) -> io::Result<usize> {
        let (to, mut frames_in) = mpsc::channel(16);
        let reading = tokio::spawn(async move {
            loop {
                let frame = recv_typed_frame(&mut reader).await;
                let last = frame.is_err();
                if to.send(frame).await.is_err() || last {
                    return;
                }
            }
        });
        let mut frames = 0;
        loop {
            tokio::select! {
                frame = frames_in.recv() => match frame {
                    Some(Ok(frame)) if frame.kind != 0 => frames += 1,
                    Some(Err(e)) => return Err(e),
                    _ => break,
                },
                change = changes.recv() => match change {
                    Ok(text) => println!("{text}"),
                    Err(broadcast::error::RecvError::Lagged(_)) => continue,
                    Err(broadcast::error::RecvError::Closed) => break,
                },
            }
        }
        reading.abort();
        Ok(frames)
    }
}
