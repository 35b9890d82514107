//! iroh #2572: a gossip connection reads its messages in one branch of a `select!` and writes in the other. When there is something to
//! send while half a message is in, the half is dropped, and the next length is read out of the payload.

use bytes::BytesMut;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;

const MAX_MESSAGE: usize = 4096;

async fn read_message(reader: &mut (impl AsyncRead + Unpin), buffer: &mut BytesMut) -> io::Result<Option<BytesMut>> {
    let length = match reader.read_u32().await {
        Ok(n) => n as usize,
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(e) => return Err(e),
    };
    if length > MAX_MESSAGE {
        return Err(io::ErrorKind::InvalidData.into());
    }
    buffer.resize(length, 0);
    reader.read_exact(buffer).await?;
    Ok(Some(buffer.split()))
}

async fn write_message(writer: &mut (impl AsyncWrite + Unpin), message: &[u8]) -> io::Result<()> {
    writer.write_u32(message.len() as u32).await?;
    writer.write_all(message).await?;
    writer.flush().await
}

pub mod buggy {
    use super::*;

    pub async fn connection_loop(
        mut reader: impl AsyncRead + Unpin,
        mut writer: impl AsyncWrite + Unpin,
        mut to_send: mpsc::Receiver<Vec<u8>>,
        received: mpsc::UnboundedSender<BytesMut>,
    ) -> io::Result<()> {
        let mut buffer = BytesMut::new();
        loop {
            tokio::select! {
                biased;
                message = to_send.recv() => match message {
                    Some(message) => write_message(&mut writer, &message).await?,
                    None => break,
                },
                message = read_message(&mut reader, &mut buffer) => match message? { //~ cancel-lossy-future
                    Some(message) => drop(received.send(message)),
                    None => break,
                },
            }
        }
        Ok(())
    }
}

pub mod fixed {
    use super::*;

    pub async fn connection_loop(
        mut reader: impl AsyncRead + Unpin,
        mut writer: impl AsyncWrite + Unpin,
        mut to_send: mpsc::Receiver<Vec<u8>>,
        received: mpsc::UnboundedSender<BytesMut>,
    ) -> io::Result<()> {
        let send = async {
            while let Some(message) = to_send.recv().await {
                write_message(&mut writer, &message).await?;
            }
            Ok::<_, io::Error>(())
        };
        let receive = async {
            let mut buffer = BytesMut::new();
            while let Some(message) = read_message(&mut reader, &mut buffer).await? {
                drop(received.send(message));
            }
            Ok(())
        };
        tokio::try_join!(send, receive)?;
        Ok(())
    }
}
